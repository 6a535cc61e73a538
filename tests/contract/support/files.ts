import { createHash } from "node:crypto";
import { array, number, object, parse, string } from "valibot";
import type { Caller, PopResponse } from "./caller.ts";

const metadataSchema = object({
  file_id: string(),
  filename: string(),
  mime_type: string(),
  size: number(),
  hash: string(),
  download_link: string(),
  created_at: string(),
  updated_at: string(),
});

export interface Metadata {
  file_id: string;
  filename: string;
  mime_type: string;
  size: number;
  hash: string;
  download_link: string;
  created_at: string;
  updated_at: string;
}

export function metadataOf(response: PopResponse): Metadata {
  return parse(metadataSchema, response.json);
}

export function attachmentsOf(record: Record<string, unknown>): Metadata[] {
  return parse(array(metadataSchema), record["attachments"]);
}

export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Bytes that differ by position, so that a lost or duplicated one is detected. */
export function patternBytes(size: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let state = seed;
  for (let index = 0; index < size; index++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

export function attachmentsPath(country: string, key: string, fileId = ""): string {
  return `/v2/storage/records/${country}/${encodeURIComponent(key)}/attachments${fileId === "" ? "" : `/${fileId}`}`;
}

/** The bytes around a file in a hand-written form: the head of its part, and the end. */
export function formAround(partHeaders: readonly string[]): { head: Buffer; tail: Buffer; type: string } {
  const boundary = "a-boundary-of-the-test";
  const head = [`--${boundary}`, ...partHeaders].join("\r\n");
  return {
    head: Buffer.from(`${head}\r\n\r\n`),
    tail: Buffer.from(`\r\n--${boundary}--\r\n`),
    type: `multipart/form-data; boundary=${boundary}`,
  };
}

/** A form written by hand. */
export function handwritten(
  partHeaders: readonly string[],
  bytes: Uint8Array,
): { body: Uint8Array<ArrayBuffer>; type: string } {
  const { head, tail, type } = formAround(partHeaders);
  return { body: new Uint8Array(Buffer.concat([head, bytes, tail])), type };
}

export interface SentFile {
  readonly name?: string;
  readonly type?: string;
  readonly method?: "POST" | "PUT";
}

/** Uploads with the platform's own form. */
export async function uploadFile(
  caller: Caller,
  country: string,
  key: string,
  bytes: Uint8Array<ArrayBuffer>,
  { name = "file.bin", type = "", method = "POST" }: SentFile = {},
): Promise<PopResponse> {
  const form = new FormData();
  form.set("file", new File([bytes], name, { type }));
  return caller.sendBytes(method, attachmentsPath(country, key), form);
}

/** Uploads a form written by hand. */
export async function uploadForm(
  caller: Caller,
  path: string,
  { body, type }: { body: Uint8Array<ArrayBuffer>; type: string },
): Promise<PopResponse> {
  return caller.sendBytes("POST", path, body, { "content-type": type });
}
