/**
 * A process that only uploads and downloads a file, so its memory is that of the client alone. Takes the PoP's address
 * and the path of a file, and prints its measurements as JSON.
 */
import { createWriteStream, openAsBlob } from "node:fs";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createStorage, type Storage } from "incountry-storage";
import { object, parse, string } from "valibot";
import type { Measured } from "./attachment-measures.ts";
import { medians, type Run } from "./measure.ts";

const [, , endpoint = "", path = ""] = process.argv;
const access = { environmentId: "playground", apiKey: "playground-key", endpoint };
const headers = { authorization: `Bearer ${access.apiKey}`, "x-env-id": access.environmentId };
const country = "de";
const recordKey = "bench";
const saved = `${path}.saved`;
const rounds = { rounds: 5, warmUp: 1 };
/** The interval between two measurements of the memory, in milliseconds. */
const sampleInterval = 5;

const storage = await createStorage({ ...access, getSecrets: () => "a password for benchmarks" });
await storage.write(country, { recordKey });

const add = async (encrypt: boolean): Promise<string> => {
  const attachment = { file: path, fileName: `file ${encrypt}`, upsert: true, encrypt };
  return (await storage.addAttachment(country, recordKey, attachment)).attachmentMeta.fileId;
};
const get = async (fileId: string): ReturnType<Storage["getAttachmentFile"]> =>
  storage.getAttachmentFile(country, recordKey, fileId);
const save = async (fileId: string): Promise<void> => (await get(fileId)).attachmentData.save(saved);
const read = async (fileId: string): Promise<unknown> => (await get(fileId)).attachmentData.bytes();

/** Bytes of memory beyond those of the idle process, at the peak. */
async function peakOf(run: Run): Promise<number> {
  globalThis.gc?.();
  await new Promise((resolve) => setTimeout(resolve, 500));
  const idle = process.memoryUsage.rss();
  let peak = idle;
  const look = (): void => void (peak = Math.max(peak, process.memoryUsage.rss()));
  const timer = setInterval(look, sampleInterval);
  await run();
  look();
  clearInterval(timer);
  return peak - idle;
}

// A small file first, so that code loaded once does not count as memory of the transfer.
const warmUp = { file: new Uint8Array(100_000), fileName: "small", upsert: true };
const { attachmentMeta: small } = await storage.addAttachment(country, recordKey, { ...warmUp, encrypt: true });
await save(small.fileId);

let [fileId, sealedId] = ["", ""];
const memory: Measured["memory"] = {
  upload: await peakOf(async () => void (fileId = await add(false))),
  download: await peakOf(() => save(fileId)),
  sealedUpload: await peakOf(async () => void (sealedId = await add(true))),
  sealedDownload: await peakOf(() => save(sealedId)),
};

const { attachmentMeta } = await storage.getAttachmentMeta(country, recordKey, fileId);
const fileUrl = attachmentMeta.downloadLink;
const attachments = fileUrl.slice(0, fileUrl.lastIndexOf("/"));
const responseSchema = object({ hash: string() });

const plainUpload = async (): Promise<void> => {
  const body = new FormData();
  body.append("file", await openAsBlob(path), "plain");
  const response = await fetch(attachments, { method: "PUT", headers, body });
  parse(responseSchema, await response.json());
};
const plainDownload = async (): Promise<unknown> => (await fetch(fileUrl, { headers })).arrayBuffer();
const plainSave = async (): Promise<void> => {
  const { body } = await fetch(fileUrl, { headers });
  // As durable as a file written by save().
  if (body !== null) await pipeline(body, createWriteStream(saved, { flush: true }));
};

const times: Measured["times"] = await medians(
  {
    upload: () => add(false),
    plainUpload,
    download: () => read(fileId),
    plainDownload,
    save: () => save(fileId),
    plainSave,
    sealedUpload: () => add(true),
    sealedDownload: () => read(sealedId),
  },
  rounds,
);
await rm(saved);
console.log(JSON.stringify({ memory, times } satisfies Measured));
