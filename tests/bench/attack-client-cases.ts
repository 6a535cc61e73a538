import { type RecordInput, Storage, type StorageOptions } from "incountry-storage";
import type { Attack } from "./attack.ts";

const mebibyte = 1024 * 1024;
const size = 4 * mebibyte;
/** An error of more than one MiB is not read. */
const errorSize = mebibyte - 1024;

/** A string with a trailing comma, repeated to a length, without the last comma. */
function filled(piece: string, length = size): string {
  return piece.repeat(Math.floor(length / piece.length)).slice(0, -1);
}

/** Members of an object with distinct names. */
function members(length: number): string {
  const one = '"u0000000":1,'.length;
  return Array.from(
    { length: Math.floor(length / one) },
    (_, index) => `"u${String(index).padStart(7, "0")}":1`,
  ).join();
}

type Call = (storage: Storage) => Promise<unknown>;
const find: Call = (storage) => storage.find("de");
const read: Call = (storage) => storage.read("de", "a key");
const rotate: Call = (storage) => storage.migrate("de");

interface Hostile {
  readonly group: string;
  readonly what: string;
  readonly answer: string;
  readonly call: Call;
  readonly status?: number;
  readonly options?: Partial<StorageOptions>;
}

function attack({ group, what, answer: response, call, status = 200, options = {} }: Hostile): Attack {
  const storage = new Storage({
    environmentId: "attack",
    apiKey: "an-api-key-for-benchmarks",
    endpoint: "https://pop.example",
    hashSearchKeys: false,
    getSecrets: () => "a password for benchmarks",
    fetch: async () => new Response(response, { status, headers: { "content-type": "application/json" } }),
    ...options,
  });
  // The tests check if it is rejected.
  return { group, what, size: response.length, run: () => call(storage).catch(() => undefined) };
}

const meta = '{"count":1,"limit":100,"offset":0,"total":1}';
const pageOf = (records: string, beside = ""): string => `{${beside}"meta":${meta},"data":[${records}]}`;
const recordOf = (members: string): string => `{"record_key":"${"5".repeat(64)}","version":0,${members}}`;
const bodyOf = (text: string): string => `"body":"pt:${Buffer.from(text).toString("base64")}"`;

/** Values that cost more than others of their length: above the limits of the parser, and just within them. */
function valuesOf(length: number): Readonly<Record<string, string>> {
  return {
    "tiny values": `[${filled("1,", length)}]`,
    "as many tiny values as are parsed": `[${filled('"aaaaaa",', length)}]`,
    "empty lists": `[${filled("[],", length)}]`,
    "one member repeatedly": `{${filled('"a":"aaaaaaaa",', length)}}`,
    "members, each of another name": `{${members(length)}}`,
    "as many integers of 16 digits as are parsed": `[${filled("9007199254740993,", length)}]`,
    "integers of 990 digits": `[${filled(`${"7".repeat(990)},`, length)}]`,
    "one integer": "7".repeat(length),
    "lists, 190 deep": `[${filled(`${"[".repeat(190)}${"]".repeat(190)},`, length)}]`,
    "lists, as deep as they fit": `${"[".repeat(length / 2)}${"]".repeat(length / 2)}`,
    "one text of escapes": `"${"\\u0041".repeat(length / 6)}"`,
    "one text of backslashes": `"${"\\\\".repeat(length / 2)}"`,
    "texts of quotes": `[${filled('"\\"\\"\\"\\"\\"\\"",', length)}]`,
  };
}

export function attacksOnClient(): Attack[] {
  const values = Object.entries(valuesOf(size));
  return [
    ...values.map(([what, value]) => page(what, pageOf("", `"x":${value},`))),
    ...pages(),
    ...values.map(([what, value]) => record(what, `"x":${value}`)),
    ...records(),
    ...values.map(([what, value]) => body(what, `{"meta":{},"payload":${value}}`)),
    body("long keys", longKeys("k"), longKeysSent),
    body("long keys that grow in lower case", longKeys("İ"), longKeysSent),
    ...Object.entries(valuesOf(errorSize)).map(([what, value]) => error(what, `{"title":"x","source":${value}}`)),
    error("an echo over and over", filled('{"status":400,"title":"an echo","source":"records.0.key1"},', errorSize)),
    error("a long place", `{"source":"${"records.0.key1.".repeat(errorSize / 15)}"}`),
    attack({ group: "countries lists", what: "one country", answer: countriesOf('{"id":"de"},'), ...inCountries }),
    attack({ group: "countries lists", what: "no country", answer: countriesOf("{},"), ...inCountries }),
    refusedBatch(),
    unknownNames(),
  ];
}

function page(what: string, response: string, call = find): Attack {
  return attack({ group: "pages", what, answer: response, call });
}

function pages(): Attack[] {
  const length = size / 101;
  return [
    page("too many records", pageOf(filled(`${recordOf('"key1":"a"')},`))),
    page("too many empty objects", pageOf(filled("{},"))),
    page("100 records of unknown members", pageOf(filled(`${recordOf(filled('"a":"aaaaaaaa",', length))},`))),
    page("invalid records to rotate", pageOf(filled(`{"attachments":[${filled('"aaaaaa",', length)}]},`)), rotate),
    page("records to rotate with a long key", pageOf(recordOf(`"key1":"${"k".repeat(size)}"`)), rotate),
  ];
}

const attachment =
  '{"file_id":"f","filename":"f","size":1,"hash":"h","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"},';

function record(what: string, members: string): Attack {
  return attack({ group: "records", what, answer: recordOf(members), call: read });
}

function records(): Attack[] {
  return [
    record("attachments", `"attachments":[${filled(attachment)}]`),
    record("invalid attachments", `"attachments":[${filled('"aaaaaa",')}]`),
    record("a long date", `"created_at":"${"1".repeat(size)}"`),
    record("a long key", `"key1":"${"k".repeat(size)}"`),
  ];
}

function body(what: string, text: string, members = ""): Attack {
  return attack({ group: "readable bodies", what, answer: pageOf(recordOf(`${members}${bodyOf(text)}`)), call: find });
}

const keys = ["profile_key", "parent_key", "service_key1", "service_key2"];
const longKeysSent = keys.map((name) => `"${name}":"${"5".repeat(64)}",`).join("");

/** An envelope whose keys are as long as a response allows: each is hashed for comparison. */
function longKeys(letter: string): string {
  const key = letter.repeat(size / keys.length / Buffer.byteLength(letter));
  return JSON.stringify({ meta: Object.fromEntries(keys.map((name) => [name, key])), payload: "x" });
}

function error(what: string, errors: string): Attack {
  return attack({ group: "errors", what, answer: `{"errors":[${errors}]}`, call: find, status: 400 });
}

const inCountries = { call: (storage: Storage) => storage.find("zz"), options: { endpoint: undefined } };

function countriesOf(country: string): string {
  return `{"countries":[${filled(country, errorSize)}]}`;
}

/** 100 readable bodies of 2 KiB, and a response that echoes them. */
function refusedBatch(): Attack {
  const given: RecordInput[] = Array.from({ length: 100 }, (_, index) => ({
    recordKey: `record ${index}`,
    body: `${index} `.repeat(2048).slice(0, 2048),
  }));
  const errors = given.map((each, index) => ({ status: 400, detail: each.body, source: `records.${index}.body` }));
  return attack({
    group: "rejected batches",
    what: "100 readable bodies, repeated",
    answer: JSON.stringify({ errors }),
    call: (storage) => storage.batchWrite("de", given),
    status: 400,
    options: { encrypt: false },
  });
}

/** 100 records with 1,000 unknown names each. */
function unknownNames(): Attack {
  const unknown = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`an unknown name ${index}`, index]));
  const given: RecordInput[] = Array.from({ length: 100 }, (_, index) => ({
    recordKey: `record ${index}`,
    ...unknown,
  }));
  const what = "100 records with 1,000 unknown names each";
  const call: Call = (storage) => storage.batchWrite("de", given);
  return { ...attack({ group: "input", what, answer: "OK", call }), size: JSON.stringify(given).length };
}
