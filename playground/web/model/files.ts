import { computed, signal } from "@preact/signals";
import type { AttachmentMeta, RequestOptions, Storage } from "incountry-storage";
import * as v from "valibot";
import { codeOf } from "./code.ts";
import { type FileRecord, fileRecord } from "./file-record.ts";
import { fetchFileStart, fetchRow } from "./pop.ts";
import { untilLock } from "./session.ts";
import { type Reader, storages, type Trace, type Traced, traced, tracedChange, unlocked } from "./storages.ts";
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

/** A file on its way, up or down. */
export interface Transfer {
  readonly id: number;
  readonly name: string;
  readonly direction: "up" | "down";
  readonly transferred: number;
  readonly total: number | undefined;
  readonly error?: unknown;
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
  readonly at: Place;
  readonly files?: readonly AttachedFile[] | undefined;
  readonly error?: unknown;
}

const known = signal<KnownFiles | undefined>(undefined);
/** What is known of the record that is chosen; nothing of the one before. */
const knownHere = computed(() => (isPlace(known.value?.at) ? known.value : undefined));

/** The files of the record; undefined until they are known. */
export const attached = computed(() => knownHere.value?.files);
/** Why the files of the record are not shown. */
export const filesError = computed(() => knownHere.value?.error);
export const transfers = signal<readonly Transfer[]>([]);
export const openedFiles = signal<ReadonlyMap<string, OpenedFile>>(new Map());
export const fileTrace = signal<Trace | undefined>(undefined);
export const sealing = signal(true);

/** Bytes that are shown of what the PoP keeps. */
const startLength = 48;

let lastTransfer = 0;

type Place = Pick<FileRecord, "country" | "recordKey">;

/** Where the files are. */
function place(): Place | undefined {
  return fileRecord.value;
}

let latestLook = 0;

/** Looks anew at the files of the record. */
export async function listFiles({ quiet } = storages.value): Promise<void> {
  const at = place();
  const session = untilLock();
  latestLook += 1;
  const look = latestLook;
  const isCurrent = (): boolean => look === latestLook && isPlace(at) && !session.aborted;
  try {
    const files = await (at && filesOf(quiet, at, session));
    if (!isCurrent()) return;
    known.value = at && { at, files };
    forgetReplaced();
  } catch (error) {
    if (at !== undefined && isCurrent()) known.value = { ...knownHere.value, at, error };
  }
}

/** Whether the visitor still looks at the files there. */
function isPlace(at: Place | undefined): boolean {
  const now = place();
  return now?.recordKey === at?.recordKey && now?.country === at?.country;
}

async function filesOf(storage: Reader, at: Place, signal: AbortSignal): Promise<AttachedFile[]> {
  const row = await fetchRow(at.country, at.recordKey);
  const kept = v.parse(v.array(keptSchema), row["attachments"] ?? []);
  return Promise.all(kept.map((file) => look(storage, at, file, signal)));
}

async function look(
  storage: Reader,
  { country, recordKey }: Place,
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
  const at = place();
  if (at === undefined) return;
  const { country, recordKey } = at;
  const encrypt = sealing.value;
  for (const file of files) {
    const input = typescriptOf({ file: `./${file.name}`, encrypt, upsert: true });
    const code = codeOf(
      `await storage.addAttachment(${JSON.stringify(country)}, ${JSON.stringify(recordKey)}, ${input});`,
    );
    const done = await transferred(file.name, "up", file.size, async (request) => {
      try {
        // Only the platform's own way of sending tells of an upload's progress: its request is not recorded.
        await unlocked().quiet.addAttachment(country, recordKey, { file, encrypt, upsert: true }, request);
        return { code, exchanges: [] };
      } catch (error) {
        return { code, exchanges: [], error };
      }
    });
    if (!done) return;
  }
  await listFiles();
}

/** Fetches a file, checks and opens it. */
export async function openFile(fileId: string, name: string): Promise<void> {
  const at = place();
  if (at === undefined) return;
  const { country, recordKey } = at;
  const code = codeOf(`const { attachmentData } = await storage.getAttachmentFile(
  ${JSON.stringify(country)},
  ${JSON.stringify(recordKey)},
  ${JSON.stringify(fileId)},
);
await attachmentData.save(attachmentData.fileName);`);
  const hash = hashOf(fileId);
  await transferred(name, "down", undefined, async ({ onProgress }) => {
    const done = await traced(code, async (storage, request) => {
      const { attachmentData } = await storage.getAttachmentFile(country, recordKey, fileId, {
        ...request,
        onProgress,
      });
      return { name: attachmentData.fileName, type: attachmentData.mimeType, blob: await attachmentData.blob() };
    });
    // Replaced meanwhile, or another record's files are looked at.
    if (isPlace(at) && hash === hashOf(fileId)) keepOpened(fileId, hash, done);
    return done?.trace;
  });
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

export async function renameFile(fileId: string, fileName: string): Promise<void> {
  await change(
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

async function change(
  fileId: string,
  call: (country: string, recordKey: string) => string,
  run: (storage: Storage, at: Place, request: RequestOptions) => Promise<unknown>,
): Promise<void> {
  const at = place();
  if (at === undefined) return;
  const code = codeOf(call(JSON.stringify(at.country), JSON.stringify(at.recordKey)));
  const done = await tracedChange(code, (storage, request) => run(storage, at, request));
  if (done === undefined) return;
  fileTrace.value = done.trace;
  if (done.trace.error === undefined) forgetOpened(fileId);
  await listFiles();
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
  known.value = undefined;
  transfers.value = [];
  fileTrace.value = undefined;
  for (const fileId of openedFiles.value.keys()) forgetOpened(fileId);
}

/** What the SDK is given with a transfer. */
type TransferRequest = Required<Pick<RequestOptions, "signal" | "onProgress">>;

/** Shows how a transfer goes. Gives whether it came to an end before the page was locked. */
async function transferred(
  name: string,
  direction: Transfer["direction"],
  total: number | undefined,
  run: (request: TransferRequest) => Promise<Trace | undefined>,
): Promise<boolean> {
  const session = untilLock();
  lastTransfer += 1;
  const id = lastTransfer;
  const update = (changed: Partial<Transfer>): void => {
    transfers.value = transfers.value.map((transfer) => (transfer.id === id ? { ...transfer, ...changed } : transfer));
  };
  transfers.value = [
    ...transfers.value.filter(({ error }) => error === undefined),
    { id, name, direction, transferred: 0, total },
  ];
  const trace = await run({ signal: session, onProgress: (progress) => update(progress) });
  if (session.aborted || trace === undefined) return false;
  fileTrace.value = trace;
  if (trace.error === undefined) transfers.value = transfers.value.filter((transfer) => transfer.id !== id);
  else update({ error: trace.error });
  return true;
}
