import type { Caller } from "./caller.ts";
import { attachmentsPath, formAround } from "./files.ts";

export interface RawUpload {
  readonly country: string;
  readonly key?: string;
  readonly name?: string;
  readonly method?: "POST" | "PUT";
  /** How many bytes the file is said to have; without it the body comes in chunks. */
  readonly size?: number;
}

/** What a client sends before and behind the bytes of a file. */
export interface Envelope {
  readonly head: Buffer;
  readonly tail: Buffer;
  /** The bytes as they go between the two. */
  readonly frame: (bytes: Uint8Array) => Uint8Array;
}

/** Writes the request of an upload, to be sent piece by piece. */
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
