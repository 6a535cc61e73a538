import type { Caller } from "./caller.ts";
import { attachmentsPath, formAround } from "./files.ts";

export interface RawUpload {
  readonly country: string;
  readonly key?: string;
  readonly name?: string;
  readonly method?: "POST" | "PUT";
  /** The announced size of the file in bytes; without it the body is sent in chunks. */
  readonly size?: number;
}

/** The bytes that a client sends before and after a file. */
export interface Envelope {
  readonly head: Buffer;
  readonly tail: Buffer;
  /** Frames bytes of the file for the transfer: unchanged, or as a chunk. */
  readonly frame: (bytes: Uint8Array) => Uint8Array;
}

/** Writes the request of an upload, to be sent in pieces. */
export function envelopeOf(
  caller: Caller,
  { country, key = "k", name = "file.bin", method = "POST", size }: RawUpload,
): Envelope {
  const form = formAround([`content-disposition: form-data; name="file"; filename="${name}"`]);
  const length =
    size === undefined ? "transfer-encoding: chunked" : `content-length: ${form.head.length + size + form.tail.length}`;
  const head = requestHead(caller, method, attachmentsPath(country, key), [`content-type: ${form.type}`, length]);
  if (size !== undefined) return { head: Buffer.concat([head, form.head]), tail: form.tail, frame: (bytes) => bytes };
  const tail = Buffer.concat([chunk(form.tail), Buffer.from("0\r\n\r\n")]);
  return { head: Buffer.concat([head, chunk(form.head)]), tail, frame: chunk };
}

/** The head of a request, with the caller's credentials. */
export function requestHead(caller: Caller, method: string, path: string, headers: readonly string[] = []): Buffer {
  const credentials = Object.entries(caller.credentials).map(([name, value]) => `${name}: ${value}`);
  const lines = [`${method} ${path} HTTP/1.1`, `host: ${new URL(caller.url).host}`, ...credentials, ...headers];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`);
}

function chunk(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
}
