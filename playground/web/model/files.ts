import { computed, signal } from "@preact/signals";
import type { AttachmentMeta, RequestOptions, Storage } from "incountry-storage";
import * as v from "valibot";
import { codeOf } from "./code.ts";
import { type FilePlace, fileRecord, isFileRecord } from "./file-record.ts";
import { fetchFileStart, fetchRow } from "./pop.ts";
import { untilLock } from "./session.ts";
import { type Reader, storages, type Trace, type Traced, traced, tracedChange, unlocked } from "./storages.ts";
import { forgetFailures, forgetTransfers, transfer } from "./transfers.ts";
import { typescriptOf } from "./typescript.ts";

/** What the PoP knows of a file: its own words, fetched without the SDK. */
const keptSchema = v.object({
  file_id: v.string(),
  filename: v.string(),
  mime_type: v.nullish(v.string()),
  size: v.number(),
  hash: v.string(),
});
export type KeptFile = v.InferOutput<typeof keptSchema>;

/** A file of the record: as the PoP keeps it, and as it is here. */
export interface AttachedFile {
  readonly kept: KeptFile;
  /** The first bytes that the PoP keeps. */
  readonly start: Uint8Array;
  /** Name and type as they are here; an error where the secret for them is missing. */
  readonly here: { readonly meta: AttachmentMeta } | { readonly error: unknown };
}

/** A file that was fetched and opened here. */
export interface OpenedFile {
  readonly url: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  /** What the PoP kept when it was fetched: another hash means another file. */
  readonly hash: string | undefined;
}

/** What is known of the files of a record. */
interface KnownFiles {
  readonly at: FilePlace;
  readonly files?: readonly AttachedFile[] | undefined;
  readonly error?: unknown;
}

const known = signal<KnownFiles | undefined>(undefined);
/** What is known of the record that is chosen; nothing of the one before. */
const knownHere = computed(() => (isFileRecord(known.value?.at) ? known.value : undefined));

/** The files of the record; undefined until they are known. */
export const attached = computed(() => knownHere.value?.files);
/** Why the files of the record are not shown. */
export const filesError = computed(() => knownHere.value?.error);

/** What the visitor did last with files of a record. */
const last = signal<{ readonly at: FilePlace; readonly trace: Trace } | undefined>(undefined);
export const fileTrace = computed(() => (isFileRecord(last.value?.at) ? last.value?.trace : undefined));
/** What kept a file from being renamed or deleted. */
const failedChange = signal<{ readonly at: FilePlace; readonly error: unknown } | undefined>(undefined);
export const changeError = computed(() =>
  isFileRecord(failedChange.value?.at) ? failedChange.value?.error : undefined,
);

export const openedFiles = signal<ReadonlyMap<string, OpenedFile>>(new Map());
export const sealing = signal(true);

/** Bytes that are shown of what the PoP keeps. */
const startLength = 48;

let latestLook = 0;

/** Looks anew at the files of the record. */
export async function listFiles({ quiet } = storages.value): Promise<void> {
  const at = fileRecord.value;
  const session = untilLock();
  latestLook += 1;
  const look = latestLook;
  const isCurrent = (): boolean => look === latestLook && isFileRecord(at) && !session.aborted;
  try {
    const files = await (at && filesOf(quiet, at, session));
    if (!isCurrent()) return;
    known.value = at && { at, files };
    forgetReplaced();
  } catch (error) {
    if (at !== undefined && isCurrent()) known.value = { ...knownHere.value, at, error };
  }
}

async function filesOf(storage: Reader, at: FilePlace, signal: AbortSignal): Promise<AttachedFile[]> {
  const row = await fetchRow(at.country, at.recordKey);
  const kept = v.parse(v.array(keptSchema), row["attachments"] ?? []);
  return Promise.all(kept.map((file) => look(storage, at, file, signal)));
}

async function look(
  storage: Reader,
  { country, recordKey }: FilePlace,
  kept: KeptFile,
  signal: AbortSignal,
): Promise<AttachedFile> {
  const start = await fetchFileStart(country, recordKey, kept.file_id, startLength);
  try {
    const { attachmentMeta } = await storage.getAttachmentMeta(country, recordKey, kept.file_id, { signal });
    return { kept, start, here: { meta: attachmentMeta } };
  } catch (error) {
    return { kept, start, here: { error } };
  }
}

/** Attaches files to the record, one after the other. A file of the same name is replaced. */
export async function attach(files: readonly File[]): Promise<void> {
  const at = fileRecord.value;
  if (at === undefined) return;
  const { country, recordKey } = at;
  const encrypt = sealing.value;
  forgetFailures();
  for (const file of files) {
    const input = typescriptOf({ file: `./${file.name}`, encrypt, upsert: true });
    const code = codeOf(
      `await storage.addAttachment(${JSON.stringify(country)}, ${JSON.stringify(recordKey)}, ${input});`,
    );
    const trace = await transfer({ at, name: file.name, direction: "up", total: file.size }, async (request) => {
      try {
        // Only the platform's own way of sending tells of an upload's progress: its request is not recorded.
        await unlocked().quiet.addAttachment(country, recordKey, { file, encrypt, upsert: true }, request);
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

/** Fetches a file, checks and opens it. */
export async function openFile(fileId: string, name: string): Promise<void> {
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
  forgetFailures();
  const trace = await transfer({ at, name, direction: "down", total: undefined }, async ({ onProgress }) => {
    const done = await traced(code, async (storage, request) => {
      const { attachmentData } = await storage.getAttachmentFile(country, recordKey, fileId, {
        ...request,
        onProgress,
      });
      return { name: attachmentData.fileName, type: attachmentData.mimeType, blob: await attachmentData.blob() };
    });
    // Replaced meanwhile, or another record's files are looked at.
    if (isFileRecord(at) && hash === hashOf(fileId)) keepOpened(fileId, hash, done);
    return done?.trace;
  });
  if (trace !== undefined) last.value = { at, trace };
}

/** The hash of a file as the page knows it to be at the PoP. */
function hashOf(fileId: string): string | undefined {
  return attached.value?.find(({ kept }) => kept.file_id === fileId)?.kept.hash;
}

function keepOpened(
  fileId: string,
  hash: string | undefined,
  done: Traced<{ name: string; type: string; blob: Blob }> | undefined,
): void {
  if (done?.result === undefined) return;
  const { name, type, blob } = done.result;
  forgetOpened(fileId);
  const opened = { name, type, hash, size: blob.size, url: URL.createObjectURL(blob) };
  openedFiles.value = new Map(openedFiles.value).set(fileId, opened);
}

/** Gives whether the file has the name. */
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

/** Gives whether it was done. */
async function change(
  fileId: string,
  call: (country: string, recordKey: string) => string,
  run: (storage: Storage, at: FilePlace, request: RequestOptions) => Promise<unknown>,
): Promise<boolean> {
  const at = fileRecord.value;
  if (at === undefined) return false;
  failedChange.value = undefined;
  const code = codeOf(call(JSON.stringify(at.country), JSON.stringify(at.recordKey)));
  const done = await tracedChange(code, (storage, request) => run(storage, at, request));
  if (done === undefined) return false;
  const { trace } = done;
  last.value = { at, trace };
  if (trace.error === undefined) forgetOpened(fileId);
  else failedChange.value = { at, error: trace.error };
  await listFiles();
  return trace.error === undefined;
}

/** Lets go of a file that was opened here. */
export function forgetOpened(fileId: string): void {
  const opened = openedFiles.value.get(fileId);
  if (opened === undefined) return;
  URL.revokeObjectURL(opened.url);
  openedFiles.value = new Map([...openedFiles.value].filter(([id]) => id !== fileId));
}

/** Lets go of what was opened of files that are no longer these, or no longer in sight. */
function forgetReplaced(): void {
  for (const [fileId, { hash }] of openedFiles.value) if (hash !== hashOf(fileId)) forgetOpened(fileId);
}

/** Lets go of all that is known of files, but of nothing that the PoP holds. */
export function forgetFiles(): void {
  for (const kept of [known, last, failedChange]) kept.value = undefined;
  forgetTransfers();
  for (const fileId of openedFiles.value.keys()) forgetOpened(fileId);
}
