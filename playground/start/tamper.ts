import { fieldsWith, parseJson, recordFields, stringifyJson } from "incountry-storage/protocol";
import * as v from "valibot";
import { type Attacks, bypassHeader } from "./attacks.ts";

type Handler = (request: Request) => Promise<Response>;
type WireRecord = Record<string, unknown>;

const wireRecordSchema = v.record(v.string(), v.unknown());
const pageSchema = v.looseObject({ data: v.array(wireRecordSchema) });

const findPath = /^\/v2\/storage\/records\/[^/]+\/find$/;
const recordPath = /^\/v2\/storage\/records\/([^/]+)\/[^/]+$/;
const filePath = /^\/v2\/storage\/records\/[^/]+\/[^/]+\/attachments\/[^/]+$/;

/** Encrypted fields and the fields needed to decrypt them. Swapping fewer would only make decryption fail. */
const swapped = [
  ...fieldsWith({ protection: "sealed" }).map(({ wire }) => wire),
  recordFields.version.wire,
  recordFields.isEncrypted.wire,
];

/** Wraps the request handler of a PoP and applies the active attacks to its responses. */
export function withAttacks(handle: Handler, attacks: () => Attacks): Handler {
  return async (request) => {
    const { swapRecords, flipFiles } = attacks();
    const { pathname } = new URL(request.url);
    const response = await handle(request);
    if (!response.ok || request.headers.has(bypassHeader)) return response;
    if (swapRecords && request.method === "POST" && findPath.test(pathname))
      return swapInPage(response, request, handle);
    if (swapRecords && request.method === "GET" && recordPath.test(pathname))
      return swapRecord(response, request, handle);
    if (flipFiles && request.method === "GET" && filePath.test(pathname)) return flipBit(response);
    return response;
  };
}

/** Swaps the bodies of the first two records of a page. A single record gets the body of another one. */
async function swapInPage(response: Response, request: Request, handle: Handler): Promise<Response> {
  const page = v.parse(pageSchema, parseJson(await response.text()));
  const [first, second, ...rest] = page.data;
  if (first === undefined) return json(page, response);
  const country = new URL(request.url).pathname.split("/").at(-2) ?? "";
  const data =
    second === undefined
      ? [withBodyOf(first, await otherRecord(first, country, request, handle))]
      : [withBodyOf(first, second), withBodyOf(second, first), ...rest];
  return json({ ...page, data }, response);
}

async function swapRecord(response: Response, request: Request, handle: Handler): Promise<Response> {
  const record = v.parse(wireRecordSchema, parseJson(await response.text()));
  const [, country = ""] = recordPath.exec(new URL(request.url).pathname) ?? [];
  return json(withBodyOf(record, await otherRecord(record, country, request, handle)), response);
}

/** Fetches another record of the country; returns the record itself if there is none. */
async function otherRecord(
  record: WireRecord,
  country: string,
  request: Request,
  handle: Handler,
): Promise<WireRecord> {
  const headers = new Headers({ "content-type": "application/json" });
  for (const name of ["authorization", "x-env-id"]) headers.set(name, request.headers.get(name) ?? "");
  const url = new URL(`/v2/storage/records/${country}/find`, request.url);
  const body = stringifyJson({ filter: {}, options: { limit: 2, offset: 0 } });
  const response = await handle(new Request(url, { method: "POST", headers, body }));
  const { data } = v.parse(pageSchema, parseJson(await response.text()));
  const { wire } = recordFields.recordKey;
  return data.find((other) => other[wire] !== record[wire]) ?? record;
}

function withBodyOf(record: WireRecord, other: WireRecord): WireRecord {
  return { ...record, ...Object.fromEntries(swapped.map((wire) => [wire, other[wire]])) };
}

function json(value: unknown, { status, headers }: Response): Response {
  const sent = new Headers(headers);
  sent.delete("content-length");
  return new Response(stringifyJson(value), { status, headers: sent });
}

/** Flips the lowest bit of the first byte. */
function flipBit(response: Response): Response {
  if (response.body === null) return response;
  let first = true;
  const flip = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      const bytes = new Uint8Array(chunk);
      const [byte] = bytes;
      if (first && byte !== undefined) {
        bytes[0] = byte ^ 1;
        first = false;
      }
      controller.enqueue(bytes);
    },
  });
  return new Response(response.body.pipeThrough(flip), { status: response.status, headers: response.headers });
}
