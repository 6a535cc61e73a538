import { signal } from "@preact/signals";
import type { AttachmentMeta, Storage } from "incountry-storage";
import * as v from "valibot";
import { codeOf } from "./code.ts";
import { type FileRecord, fileRecord } from "./file-record.ts";
import { fetchFileStart, fetchRow } from "./pop.ts";
import { storages, type Trace, traced } from "./storages.ts";
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
}

export const attached = signal<readonly AttachedFile[]>([]);
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

/** Looks anew at the files of the record. */
export async function listFiles({ quiet } = storages.value): Promise<void> {
  const at = place();
  if (at === undefined) {
    attached.value = [];
    return;
  }
  const row = await fetchRow(at.country, at.recordKey);
  const kept = v.parse(v.array(keptSchema), row["attachments"] ?? []);
  const files = await Promise.all(kept.map((file) => look(quiet, at, file)));
  const now = place();
  if (now?.recordKey === at.recordKey && now.country === at.country) attached.value = files;
}

async function look(storage: Storage, { country, recordKey }: Place, kept: KeptFile): Promise<AttachedFile> {
  const start = await fetchFileStart(country, recordKey, kept.file_id, startLength);
  try {
    const { attachmentMeta } = await storage.getAttachmentMeta(country, recordKey, kept.file_id);
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
    await transferred(file.name, "up", file.size, async (onProgress) => {
      try {
        // Only the platform's own way of sending tells of an upload's progress: its request is not recorded.
        const { quiet } = storages.value;
        await quiet.addAttachment(country, recordKey, { file, encrypt, upsert: true }, { onProgress });
        return { code, exchanges: [] };
      } catch (error) {
        return { code, exchanges: [], error };
      }
    });
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
  await transferred(name, "down", undefined, async (onProgress) => {
    const { trace, result } = await traced(code, async (storage) => {
      const { attachmentData } = await storage.getAttachmentFile(country, recordKey, fileId, { onProgress });
      const blob = await attachmentData.blob();
      return {
        name: attachmentData.fileName,
        type: attachmentData.mimeType,
        size: blob.size,
        url: URL.createObjectURL(blob),
      };
    });
    if (result !== undefined) openedFiles.value = new Map(openedFiles.value).set(fileId, result);
    return trace;
  });
}

export async function renameFile(fileId: string, fileName: string): Promise<void> {
  await change(
    fileId,
    (country, recordKey) =>
      `await storage.updateAttachmentMeta(${country}, ${recordKey}, ${JSON.stringify(fileId)}, ${typescriptOf({ fileName })});`,
    (storage, country, recordKey) => storage.updateAttachmentMeta(country, recordKey, fileId, { fileName }),
  );
}

export async function deleteFile(fileId: string): Promise<void> {
  await change(
    fileId,
    (country, recordKey) => `await storage.deleteAttachment(${country}, ${recordKey}, ${JSON.stringify(fileId)});`,
    (storage, country, recordKey) => storage.deleteAttachment(country, recordKey, fileId),
  );
}

async function change(
  fileId: string,
  call: (country: string, recordKey: string) => string,
  run: (storage: Storage, country: string, recordKey: string) => Promise<unknown>,
): Promise<void> {
  const at = place();
  if (at === undefined) return;
  const code = codeOf(call(JSON.stringify(at.country), JSON.stringify(at.recordKey)));
  const { trace } = await traced(code, (storage) => run(storage, at.country, at.recordKey));
  fileTrace.value = trace;
  if (trace.error === undefined) forgetOpened(fileId);
  await listFiles();
}

/** Lets go of a file that was opened here. */
export function forgetOpened(fileId: string): void {
  const opened = openedFiles.value.get(fileId);
  if (opened === undefined) return;
  URL.revokeObjectURL(opened.url);
  openedFiles.value = new Map([...openedFiles.value].filter(([id]) => id !== fileId));
}

type OnProgress = (progress: { transferred: number; total?: number }) => void;

async function transferred(
  name: string,
  direction: Transfer["direction"],
  total: number | undefined,
  run: (onProgress: OnProgress) => Promise<Trace>,
): Promise<void> {
  lastTransfer += 1;
  const id = lastTransfer;
  const update = (changed: Partial<Transfer>): void => {
    transfers.value = transfers.value.map((transfer) => (transfer.id === id ? { ...transfer, ...changed } : transfer));
  };
  transfers.value = [
    ...transfers.value.filter(({ error }) => error === undefined),
    { id, name, direction, transferred: 0, total },
  ];
  const trace = await run((progress) => update(progress));
  fileTrace.value = trace;
  if (trace.error === undefined) transfers.value = transfers.value.filter((transfer) => transfer.id !== id);
  else update({ error: trace.error });
}
