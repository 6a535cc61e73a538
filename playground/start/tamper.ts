import { fieldsWith, parseJson, recordFields, stringifyJson } from "incountry-storage/protocol";
import * as v from "valibot";
import { type Hostility, outsideHeader } from "./hostility.ts";

type Answer = (request: Request) => Promise<Response>;
type WireRecord = Record<string, unknown>;

const wireRecordSchema = v.record(v.string(), v.unknown());
const pageSchema = v.looseObject({ data: v.array(wireRecordSchema) });

const findPath = /^\/v2\/storage\/records\/[^/]+\/find$/;
const recordPath = /^\/v2\/storage\/records\/([^/]+)\/[^/]+$/;
const filePath = /^\/v2\/storage\/records\/[^/]+\/[^/]+\/attachments\/[^/]+$/;

/** What is sealed, and what says how to open it. A swap of less than this would fail to open, and prove nothing. */
const swapped = [
  ...fieldsWith({ protection: "sealed" }).map(({ wire }) => wire),
  recordFields.version.wire,
  recordFields.isEncrypted.wire,
];

/** A PoP that answers as it should, or as hostility has it at the moment. */
export function tampering(answer: Answer, hostility: () => Hostility): Answer {
  return async (request) => {
    const { swapRecords, flipFiles } = hostility();
    const { pathname } = new URL(request.url);
    const response = await answer(request);
    if (!response.ok || request.headers.has(outsideHeader)) return response;
    if (swapRecords && request.method === "POST" && findPath.test(pathname))
      return swapInPage(response, request, answer);
    if (swapRecords && request.method === "GET" && recordPath.test(pathname))
      return swapRecord(response, request, answer);
    if (flipFiles && request.method === "GET" && filePath.test(pathname)) return flipBit(response);
    return response;
  };
}

/** The first two records of the page change bodies; a single one gets a stranger's. */
async function swapInPage(response: Response, request: Request, answer: Answer): Promise<Response> {
  const page = v.parse(pageSchema, parseJson(await response.text()));
  const [first, second, ...rest] = page.data;
  if (first === undefined) return json(page, response);
  const country = new URL(request.url).pathname.split("/").at(-2) ?? "";
  const data =
    second === undefined
      ? [withBodyOf(first, await stranger(first, country, request, answer))]
      : [withBodyOf(first, second), withBodyOf(second, first), ...rest];
  return json({ ...page, data }, response);
}

async function swapRecord(response: Response, request: Request, answer: Answer): Promise<Response> {
  const record = v.parse(wireRecordSchema, parseJson(await response.text()));
  const [, country = ""] = recordPath.exec(new URL(request.url).pathname) ?? [];
  return json(withBodyOf(record, await stranger(record, country, request, answer)), response);
}

/** Another record of the same country; the record itself where it is alone. */
async function stranger(record: WireRecord, country: string, request: Request, answer: Answer): Promise<WireRecord> {
  const headers = new Headers({ "content-type": "application/json" });
  for (const name of ["authorization", "x-env-id"]) headers.set(name, request.headers.get(name) ?? "");
  const url = new URL(`/v2/storage/records/${country}/find`, request.url);
  const body = stringifyJson({ filter: {}, options: { limit: 2, offset: 0 } });
  const response = await answer(new Request(url, { method: "POST", headers, body }));
  const { data } = v.parse(pageSchema, parseJson(await response.text()));
  const { wire } = recordFields.recordKey;
  return data.find((other) => other[wire] !== record[wire]) ?? record;
}

function withBodyOf(record: WireRecord, other: WireRecord): WireRecord {
  return { ...record, ...Object.fromEntries(swapped.map((wire) => [wire, other[wire]])) };
}

function json(value: unknown, { status, headers }: Response): Response {
  const kept = new Headers(headers);
  kept.delete("content-length");
  return new Response(stringifyJson(value), { status, headers: kept });
}

/** The lowest bit of the first byte. */
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
