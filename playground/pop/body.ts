import type { Context } from "hono";
import { JsonLimitError, parseJson } from "incountry-storage/protocol";
import type * as v from "valibot";
import { HttpError } from "./errors.ts";
import { piecesOf } from "./stream.ts";
import { parseRequest } from "./validation/parse.ts";

/** The largest accepted JSON body: 32 MiB. */
const maxJsonBytes = 32 * 1024 * 1024;

const jsonType = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

export async function readJson<Output>(context: Context, schema: v.GenericSchema<unknown, Output>): Promise<Output> {
  if (!jsonType.test(context.req.header("content-type") ?? "")) {
    throw new HttpError(415, { detail: "The content-type must be application/json.", source: "content-type" });
  }
  const read = await readText(context.req.raw, maxJsonBytes);
  if (read.text !== undefined) return parseRequest(schema, parseText(read.text), "body");
  if (read.error === "not UTF-8") throw new HttpError(400, { detail: "The body is not UTF-8.", source: "body" });
  const detail = `The body must have at most ${maxJsonBytes} bytes. Send fewer records at a time.`;
  throw new HttpError(413, { detail, source: "body" });
}

export type ReadText =
  | { readonly text: string; readonly error?: never }
  | { readonly error: "too large" | "not UTF-8"; readonly text?: never };

/** Reads a body of at most `maxBytes` bytes as text. */
export async function readText(request: Request, maxBytes: number): Promise<ReadText> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) return { error: "too large" };
  // One growing array, since a body may arrive byte by byte, and an object for each piece would take far more memory.
  let bytes = new Uint8Array(Math.min(maxBytes, leastCapacity));
  let size = 0;
  for await (const chunk of piecesOf(request)) {
    const end = size + chunk.byteLength;
    if (end > maxBytes) return { error: "too large" };
    if (end > bytes.length) bytes = enlarged(bytes, Math.min(maxBytes, Math.max(end, 2 * bytes.length)));
    bytes.set(chunk, size);
    size = end;
  }
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, size)) };
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    return { error: "not UTF-8" };
  }
}

const leastCapacity = 16 * 1024;

function enlarged(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(length);
  larger.set(bytes);
  return larger;
}

function parseText(text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    const detail =
      cause instanceof JsonLimitError ? `The body is too costly to read. ${cause.message}` : "The body is not JSON.";
    throw new HttpError(400, { detail, source: "body" }, { cause });
  }
}
