import type { Context } from "hono";
import { parseJson } from "incountry-storage/protocol";
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
  const text = await readText(context.req.raw, maxJsonBytes);
  if (text === undefined) {
    const detail = `The body must have at most ${maxJsonBytes} bytes. Send fewer records at a time.`;
    throw new Refusal(413, { detail, source: "body" });
  }
  return parseOrRefuse(schema, parseText(text), "body");
}

/** A request's body as text; undefined where it has more than so many bytes. Throws a `Refusal` where it is not UTF-8. */
export async function readText(request: Request, maxBytes: number): Promise<string | undefined> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) return undefined;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let size = 0;
  try {
    for await (const chunk of piecesOf(request)) {
      size += chunk.byteLength;
      if (size > maxBytes) return undefined;
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new Refusal(400, { detail: "The body is not UTF-8.", source: "body" }, { cause });
  }
}

function parseText(text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new Refusal(400, { detail: "The body is not JSON.", source: "body" }, { cause });
  }
}
