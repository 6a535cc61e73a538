import type { Context } from "hono";
import { JsonLimitError, parseJson } from "incountry-storage/protocol";
import type * as v from "valibot";
import { Refusal } from "./errors.ts";
import { piecesOf } from "./stream.ts";
import { parseOrRefuse } from "./validation/parse.ts";

/** The largest JSON body that is taken in: 32 MiB. */
const maxJsonBytes = 32 * 1024 * 1024;

const jsonType = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/** Reads a request's JSON body, integers exact, and parses it with a schema. */
export async function readJson<Output>(context: Context, schema: v.GenericSchema<unknown, Output>): Promise<Output> {
  if (!jsonType.test(context.req.header("content-type") ?? "")) {
    throw new Refusal(415, {
      detail: "Send JSON with the header content-type: application/json.",
      source: "content-type",
    });
  }
  const read = await readText(context.req.raw, maxJsonBytes);
  if (read.text !== undefined) return parseOrRefuse(schema, parseText(read.text), "body");
  if (read.fault === "not UTF-8") throw new Refusal(400, { detail: "The body is not UTF-8.", source: "body" });
  const detail = `The body must have at most ${maxJsonBytes} bytes. Send fewer records at a time.`;
  throw new Refusal(413, { detail, source: "body" });
}

/** A body as text, or what keeps it from being one. */
export type ReadText =
  | { readonly text: string; readonly fault?: never }
  | { readonly fault: "too large" | "not UTF-8"; readonly text?: never };

/** Reads a request's body as text of so many bytes at most. */
export async function readText(request: Request, maxBytes: number): Promise<ReadText> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) return { fault: "too large" };
  // One growing array: a body may come byte by byte, and an object for each of them takes many times its size.
  let bytes = new Uint8Array(Math.min(maxBytes, leastCapacity));
  let size = 0;
  for await (const chunk of piecesOf(request)) {
    const end = size + chunk.byteLength;
    if (end > maxBytes) return { fault: "too large" };
    if (end > bytes.length) bytes = enlarged(bytes, Math.min(maxBytes, Math.max(end, 2 * bytes.length)));
    bytes.set(chunk, size);
    size = end;
  }
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, size)) };
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    return { fault: "not UTF-8" };
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
    throw new Refusal(400, { detail, source: "body" }, { cause });
  }
}
