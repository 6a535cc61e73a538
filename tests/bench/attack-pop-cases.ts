import { createPop, type Pop } from "incountry-playground";
import { Storage } from "incountry-storage";
import type { Attack } from "./attack.ts";

const mebibyte = 1024 * 1024;
const size = 4 * mebibyte;

function filled(piece: string, length = size): string {
  return piece.repeat(Math.floor(length / piece.length)).slice(0, -1);
}

/** `"name":value` with a different name for each number. */
function members(name: string, value: string, length = size): string {
  const one = `"${name}0000000":${value},`.length;
  return Array.from(
    { length: Math.floor(length / one) },
    (_, index) => `"${name}${String(index).padStart(7, "0")}":${value}`,
  ).join(",");
}

function items(make: (index: number) => string, length = size): string {
  return Array.from({ length: Math.floor(length / (make(0).length + 1)) }, (_, index) => make(index)).join(",");
}

const padded = (index: number): string => String(index).padStart(8, "0");
const record = (more: string): string => `{"record_key":"a",${more}}`;
const search = (filter: string, options = "{}"): string => `{"filter":${filter},"options":${options}}`;

/** Request bodies, by operation. */
const requests: readonly (readonly [what: string, operation: string, body: string])[] = [
  ["a record with unknown fields", "", record(members("u", "1"))],
  [
    "a record with an unknown field of each length",
    "",
    record(items((index) => `"${"u".repeat(index % 1000)}${padded(index)}":1`)),
  ],
  ["a batch of one record repeatedly", "/batchWrite", `{"records":[${filled('{"record_key":"a"},')}]}`],
  [
    "a batch of 100 records with unknown fields",
    "/batchWrite",
    `{"records":[${items((index) => `{"record_key":"${index}",${members("u", "1", size / 101)}}`).slice(0)}]}`,
  ],
  ["a batch of invalid records", "/batchWrite", `{"records":[${filled("7,")}]}`],
  ["a batch of empty records", "/batchWrite", `{"records":[${filled("{},")}]}`],
  ["keys to delete", "/batchDelete", `{"filter":{"record_key":[${items((index) => `"${padded(index)}"`)}]}}`],
  ["invalid keys to delete", "/batchDelete", `{"filter":{"record_key":[${filled("7,")}]}}`],
  ["a filter with a list", "/find", search(`{"key1":[${items((index) => `"${padded(index)}"`)}]}`)],
  ["a filter with a list of invalid keys", "/find", search(`{"key1":[${filled("7,")}]}`)],
  [
    "a filter with a list of integers",
    "/find",
    search(`{"range_key1":[${items((index) => `90071992547${padded(index)}`)}]}`),
  ],
  ["a filter with a list to exclude", "/find", search(`{"key1":{"$not":[${items((index) => `"${padded(index)}"`)}]}}`)],
  [
    "a filter with lists in each field",
    "/find",
    search(
      `{${Array.from({ length: 20 }, (_, key) => `"key${key + 1}":[${items((index) => `"${padded(index)}"`, size / 21)}]`).join(",")}}`,
    ),
  ],
  ["a filter with unknown fields", "/find", search(`{${members("u", "1")}}`)],
  ["a filter with unknown operators", "/find", search(`{"range_key1":{${members("$u", "1")}}}`)],
  ["a filter with a long text to look for", "/find", search(`{"search_keys":"${"k".repeat(size)}"}`)],
  ["a filter with a long date", "/find", search(`{"created_at":"${"1".repeat(size)}"}`)],
  ["unknown options", "/find", search("{}", `{${members("u", "1")}}`)],
  ["a sort list", "/find", search("{}", `{"sort":[${filled('{"key1":"asc"},')}]}`)],
  ["a sort list of unknown fields", "/find", search("{}", `{"sort":[${filled('{"body":"asc"},')}]}`)],
  ["a sort list of empty objects", "/find", search("{}", `{"sort":[${filled("{},")}]}`)],
  ["a sort item of many fields", "/find", search("{}", `{"sort":[{${members("k", '"asc"')}}]}`)],
  ["a long key", "", record(`"key1":"${"k".repeat(size)}"`)],
  ["a long key of halves of surrogate pairs", "", record(`"key1":"${"\\ud800".repeat(size / 6)}"`)],
  ["a long date", "", record(`"expires_at":"${"1".repeat(size)}"`)],
  ["a long integer", "", record(`"range_key1":${"7".repeat(size)}`)],
  ["tiny values", "", record(`"x":[${filled("1,")}]`)],
  ["deep lists", "", record(`"x":${"[".repeat(size / 2)}${"]".repeat(size / 2)}`)],
  ["what a PoP ignores", "", record(`"body":"pt:","attachments":[${filled('{"a":"aaaaaaaaa"},')}]`)],
];

const boundary = "boundary".repeat(8).slice(0, 60);
const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\n`;
const nearly = `\r\n--${boundary.slice(0, -1)}!`;

/** Forms, up to the point of rejection. */
const forms: readonly (readonly [what: string, form: string])[] = [
  ["a file of plain bytes", head + "a".repeat(size)],
  ["a file of boundaries except for one letter", head + filled(nearly)],
  ["a file of the boundary without its beginning", head + filled("boundary")],
  ["a file of line feeds", head + filled("\r\n")],
  ["a file of beginnings of a boundary", head + filled("\r\n--")],
  ["a preamble", "a".repeat(size) + `\r\n${head}`],
  ["a preamble of boundaries except for one letter", filled(nearly) + `\r\n${head}`],
  ["headers of a part", `--${boundary}\r\n${filled("x-header: value\r\n")}`],
  ["one header of a part", `--${boundary}\r\nx-header: ${"a".repeat(size)}`],
  ["parts without end", filled(`--${boundary}\r\n\r\n\r\n`)],
  [
    "a header that is hard to parse",
    `--${boundary}\r\ncontent-disposition: form-data; ${'a="\\\\";'.repeat(2_000)}\r\n\r\n${"a".repeat(mebibyte)}`,
  ],
];

/** A PoP in this process, and the attacks on it. */
export async function attacksOnPop(): Promise<{ readonly attacks: Attack[]; readonly close: () => Promise<void> }> {
  const pop = await createPop({ memory: true });
  const storage = new Storage({ ...pop.client, fetch: pop.fetch, encrypt: false, hashSearchKeys: false });
  await storage.write("de", { recordKey: "a key", key1: "a key" });
  const path = await recordPath(pop);
  const attacks = [
    ...requests.map(([what, operation, body]) => ({
      group: "requests to the PoP",
      what,
      size: body.length,
      run: () => post(pop, `/v2/storage/records/de${operation}`, "application/json", body),
    })),
    ...forms.map(([what, form]) => {
      const body = Buffer.from(`${form}\r\n--${boundary}--\r\n`);
      const type = `multipart/form-data; boundary=${boundary}`;
      return {
        group: "forms to the PoP",
        what,
        size: body.length,
        run: () => post(pop, `${path}/attachments`, type, body, "PUT"),
      };
    }),
    tokenAttack(pop),
  ];
  return { attacks, close: () => pop.close() };
}

/** The path of the one record, as requested by the client. */
async function recordPath(pop: Pop): Promise<string> {
  let path = "";
  const fetch: typeof globalThis.fetch = (input, init) => {
    const request = new Request(input, init);
    path = new URL(request.url).pathname;
    return pop.fetch(request);
  };
  await new Storage({ ...pop.client, fetch, encrypt: false }).read("de", "a key");
  return path;
}

function tokenAttack(pop: Pop): Attack {
  const body = `grant_type=client_credentials&${filled("a=b&", mebibyte)}`;
  const run = () => post(pop, "/oauth2/token", "application/x-www-form-urlencoded", body);
  return { group: "forms to the PoP", what: "a form for a token", size: body.length, run };
}

/** Chunks as they arrive from a socket. */
const pieceLength = 64 * 1024;

function streamOf(body: Uint8Array): ReadableStream<Uint8Array> {
  let offset = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (offset >= body.length) return controller.close();
      // Lets other tasks run, as between two reads of a socket.
      await new Promise((resolve) => setImmediate(resolve));
      controller.enqueue(body.subarray(offset, (offset += pieceLength)));
    },
  });
}

async function post(pop: Pop, path: string, type: string, body: string | Uint8Array, method = "POST"): Promise<void> {
  const { endpoint, environmentId, apiKey } = pop.client;
  const headers = { authorization: `Bearer ${apiKey}`, "x-env-id": environmentId, "content-type": type };
  const init: RequestInit & { duplex: "half" } = {
    method,
    headers,
    body: streamOf(typeof body === "string" ? Buffer.from(body) : body),
    duplex: "half",
  };
  const response = await pop.fetch(`${endpoint}${path}`, init);
  await response.arrayBuffer();
}
