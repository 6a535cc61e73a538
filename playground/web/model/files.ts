import { computed, signal } from "@preact/signals";
import type { AttachmentMeta, RequestOptions, Storage } from "incountry-storage";
import * as v from "valibot";
import { codeOf } from "./code.ts";
import { fileRecord, isFileRecord, type RecordAddress } from "./file-record.ts";
import { fetchFileStart, fetchRow } from "./pop.ts";
import { latestOnly, lockSignal } from "./session.ts";
import { type Reader, storages, type Trace, type Traced, traced, tracedChange, unlocked } from "./storages.ts";
import { clearFailures, clearTransfers, transfer } from "./transfers.ts";
import { typescriptOf } from "./typescript.ts";

/** The metadata of a file as the PoP stores it, fetched without the SDK. */
const storedFileSchema = v.object({
  file_id: v.string(),
  filename: v.string(),
  mime_type: v.nullish(v.string()),
  size: v.number(),
  hash: v.string(),
});
export type StoredFile = v.InferOutput<typeof storedFileSchema>;

/** A file of the record: as the PoP stores it, and as the SDK returns it. */
export interface AttachedFile {
  readonly stored: StoredFile;
  /** The first stored bytes. */
  readonly start: Uint8Array;
  /** Name and type as the SDK returns them; an error if the secret is missing. */
  readonly read: { readonly meta: AttachmentMeta } | { readonly error: unknown };
}

/** A file that was fetched and decrypted. */
export interface FetchedFile {
  readonly url: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  /** The hash of the stored file when it was fetched. Another hash means that the file was replaced. */
  readonly hash: string | undefined;
}

interface FileList {
  readonly at: RecordAddress;
  readonly files?: readonly AttachedFile[] | undefined;
  readonly error?: unknown;
}

const lastList = signal<FileList | undefined>(undefined);
/** The files of the current record, and not of an earlier one. */
const list = computed(() => (isFileRecord(lastList.value?.at) ? lastList.value : undefined));

/** The files of the record; undefined until they are fetched. */
export const attached = computed(() => list.value?.files);
export const filesError = computed(() => list.value?.error);

/** The last operation on files. */
const last = signal<{ readonly at: RecordAddress; readonly trace: Trace } | undefined>(undefined);
export const fileTrace = computed(() => (isFileRecord(last.value?.at) ? last.value?.trace : undefined));
/** The failure of the last attempt to rename or delete a file. */
const failedChange = signal<{ readonly at: RecordAddress; readonly error: unknown } | undefined>(undefined);
export const changeError = computed(() =>
  isFileRecord(failedChange.value?.at) ? failedChange.value?.error : undefined,
);

export const fetchedFiles = signal<ReadonlyMap<string, FetchedFile>>(new Map());
export const encrypting = signal(true);

/** Number of stored bytes to show. */
const startLength = 48;

const beginList = latestOnly();

/** Fetches the list of files. */
export async function listFiles({ unrecorded } = storages.value): Promise<void> {
  const at = fileRecord.value;
  const session = lockSignal();
  const isLatest = beginList();
  const isCurrent = (): boolean => isLatest() && isFileRecord(at);
  try {
    const files = await (at && filesOf(unrecorded, at, session));
    if (!isCurrent()) return;
    lastList.value = at && { at, files };
    closeReplacedFiles();
  } catch (error) {
    if (at !== undefined && isCurrent()) lastList.value = { ...list.value, at, error };
  }
}

async function filesOf(storage: Reader, at: RecordAddress, signal: AbortSignal): Promise<AttachedFile[]> {
  const row = await fetchRow(at.country, at.recordKey);
  const stored = v.parse(v.array(storedFileSchema), row["attachments"] ?? []);
  return Promise.all(stored.map((file) => attachedFile(storage, at, file, signal)));
}

async function attachedFile(
  storage: Reader,
  { country, recordKey }: RecordAddress,
  stored: StoredFile,
  signal: AbortSignal,
): Promise<AttachedFile> {
  const start = await fetchFileStart(country, recordKey, stored.file_id, startLength);
  try {
    const { attachmentMeta } = await storage.getAttachmentMeta(country, recordKey, stored.file_id, { signal });
    return { stored, start, read: { meta: attachmentMeta } };
  } catch (error) {
    return { stored, start, read: { error } };
  }
}

/** Attaches files to the record, one after the other. Replaces files of the same name. */
export async function attach(files: readonly File[]): Promise<void> {
  const at = fileRecord.value;
  if (at === undefined) return;
  const { country, recordKey } = at;
  const encrypt = encrypting.value;
  clearFailures();
  for (const file of files) {
    const input = typescriptOf({ file: `./${file.name}`, encrypt, upsert: true });
    const code = codeOf(
      `await storage.addAttachment(${JSON.stringify(country)}, ${JSON.stringify(recordKey)}, ${input});`,
    );
    const trace = await transfer({ at, name: file.name, direction: "up", total: file.size }, async (request) => {
      try {
        // Upload progress is reported for the platform's own fetch alone, so the request is not recorded.
        await unlocked().unrecorded.addAttachment(country, recordKey, { file, encrypt, upsert: true }, request);
        return { code, exchanges: [] };
      } catch (error) {
        return { code, exchanges: [], error };
      }
    });
    if (trace === undefined) return;
    last.value = { at, trace };
  }
  await listFiles();
}

/** Fetches, verifies and decrypts a file. */
export async function fetchFile(fileId: string, name: string): Promise<void> {
  const at = fileRecord.value;
  if (at === undefined) return;
  const { country, recordKey } = at;
  const code = codeOf(`const { attachmentData } = await storage.getAttachmentFile(
  ${JSON.stringify(country)},
  ${JSON.stringify(recordKey)},
  ${JSON.stringify(fileId)},
);
await attachmentData.save(".");`);
  const hash = hashOf(fileId);
  clearFailures();
  const trace = await transfer({ at, name, direction: "down", total: undefined }, async ({ onProgress }) => {
    const done = await traced(code, async (storage, request) => {
      const { attachmentData } = await storage.getAttachmentFile(country, recordKey, fileId, {
        ...request,
        onProgress,
      });
      return { name: attachmentData.fileName, type: attachmentData.mimeType, blob: await attachmentData.blob() };
    });
    // Not shown if the file was replaced or another record was chosen meanwhile.
    if (isFileRecord(at) && hash === hashOf(fileId)) showFetched(fileId, hash, done);
    return done?.trace;
  });
  if (trace !== undefined) last.value = { at, trace };
}

/** The hash of a stored file, as listed last. */
function hashOf(fileId: string): string | undefined {
  return attached.value?.find(({ stored }) => stored.file_id === fileId)?.stored.hash;
}

function showFetched(
  fileId: string,
  hash: string | undefined,
  done: Traced<{ name: string; type: string; blob: Blob }> | undefined,
): void {
  if (done?.result === undefined) return;
  const { name, type, blob } = done.result;
  closeFile(fileId);
  const fetched = { name, type, hash, size: blob.size, url: URL.createObjectURL(blob) };
  fetchedFiles.value = new Map(fetchedFiles.value).set(fileId, fetched);
}

/** Resolves to true if the file was renamed. */
export function renameFile(fileId: string, fileName: string): Promise<boolean> {
  return change(
    fileId,
    (country, recordKey) =>
      `await storage.updateAttachmentMeta(${country}, ${recordKey}, ${JSON.stringify(fileId)}, ${typescriptOf({ fileName })});`,
    (storage, { country, recordKey }, request) =>
      storage.updateAttachmentMeta(country, recordKey, fileId, { fileName }, request),
  );
}

export async function deleteFile(fileId: string): Promise<void> {
  await change(
    fileId,
    (country, recordKey) => `await storage.deleteAttachment(${country}, ${recordKey}, ${JSON.stringify(fileId)});`,
    (storage, { country, recordKey }, request) => storage.deleteAttachment(country, recordKey, fileId, request),
  );
}

/** Resolves to true if the change was made. */
async function change(
  fileId: string,
  call: (country: string, recordKey: string) => string,
  run: (storage: Storage, at: RecordAddress, request: RequestOptions) => Promise<unknown>,
): Promise<boolean> {
  const at = fileRecord.value;
  if (at === undefined) return false;
  failedChange.value = undefined;
  const code = codeOf(call(JSON.stringify(at.country), JSON.stringify(at.recordKey)));
  const done = await tracedChange(code, (storage, request) => run(storage, at, request));
  if (done === undefined) return false;
  const { trace } = done;
  last.value = { at, trace };
  if (trace.error === undefined) closeFile(fileId);
  else failedChange.value = { at, error: trace.error };
  await listFiles();
  return trace.error === undefined;
}

/** Removes a fetched file from the page. */
function closeFile(fileId: string): void {
  const fetched = fetchedFiles.value.get(fileId);
  if (fetched === undefined) return;
  URL.revokeObjectURL(fetched.url);
  fetchedFiles.value = new Map([...fetchedFiles.value].filter(([id]) => id !== fileId));
}

/** Closes fetched files that were replaced, or belong to another record. */
function closeReplacedFiles(): void {
  for (const [fileId, { hash }] of fetchedFiles.value) if (hash !== hashOf(fileId)) closeFile(fileId);
}

/** Removes all files from the page. Nothing is deleted at the PoP. */
export function clearFiles(): void {
  for (const state of [lastList, last, failedChange]) state.value = undefined;
  clearTransfers();
  for (const fileId of fetchedFiles.value.keys()) closeFile(fileId);
}
