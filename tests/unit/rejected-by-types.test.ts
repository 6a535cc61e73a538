/**
 * What validation rejects at run time is also rejected by the types. Each input occurs once: if the types accepted it,
 * the compiler would report an unused `@ts-expect-error`; if validation did, the test would fail.
 */
import {
  InputValidationError,
  SecretsValidationError,
  Storage,
  StorageConfigError,
  type StorageOptions,
} from "incountry-storage";
import { describe, expect, it } from "vitest";
import { rejection } from "../support/faults/fault-storage.ts";

const decode = (text: string): string => text;
const file = new Uint8Array(1);

/** Calls, by the path of the issue. */
const calls: Readonly<Record<string, ((storage: Storage) => Promise<unknown>)[]>> = {
  country: [
    // @ts-expect-error: a number
    (storage) => storage.read(49, "r"),
    // @ts-expect-error: null
    (storage) => storage.healthcheck(null),
  ],
  "record.recordKey": [
    // @ts-expect-error: missing
    (storage) => storage.write("de", { key1: "a" }),
    // @ts-expect-error: a number
    (storage) => storage.write("de", { recordKey: 1 }),
  ],
  "record.key21": [
    // @ts-expect-error: no such field
    (storage) => storage.write("de", { recordKey: "r", key21: "a" }),
  ],
  "record.record_key": [
    // @ts-expect-error: the name on the wire
    (storage) => storage.write("de", { recordKey: "r", record_key: "r" }),
  ],
  "record.rangeKey1": [
    // @ts-expect-error: a string
    (storage) => storage.write("de", { recordKey: "r", rangeKey1: "1" }),
  ],
  "record.key1": [
    // @ts-expect-error: a number
    (storage) => storage.write("de", { recordKey: "r", key1: 1 }),
  ],
  "record.body": [
    // @ts-expect-error: an object
    (storage) => storage.write("de", { recordKey: "r", body: { name: "n" } }),
  ],
  "record.expiresAt": [
    // @ts-expect-error: a string
    (storage) => storage.write("de", { recordKey: "r", expiresAt: "2030-01-01" }),
  ],
  "records[1].key1": [
    // @ts-expect-error: a boolean, in the second record
    (storage) => storage.batchWrite("de", [{ recordKey: "r" }, { recordKey: "s", key1: true }]),
  ],
  records: [
    // @ts-expect-error: one record
    (storage) => storage.batchWrite("de", { recordKey: "r" }),
  ],
  recordKey: [
    // @ts-expect-error: a number
    (storage) => storage.delete("de", 1),
  ],
  recordKeys: [
    // @ts-expect-error: one key
    (storage) => storage.batchDelete("de", "r"),
  ],
  "filter.key21": [
    // @ts-expect-error: no such field
    (storage) => storage.find("de", { key21: "a" }),
  ],
  "filter.body": [
    // @ts-expect-error: encrypted, so not searchable
    (storage) => storage.find("de", { body: "a" }),
  ],
  "filter.key1": [
    // @ts-expect-error: a number
    (storage) => storage.find("de", { key1: 1 }),
  ],
  "filter.key1.$gt": [
    // @ts-expect-error: hashes have no order
    (storage) => storage.find("de", { key1: { $gt: "a" } }),
  ],
  "filter.rangeKey1": [
    // @ts-expect-error: a string
    (storage) => storage.find("de", { rangeKey1: "1" }),
  ],
  "filter.rangeKey1.$gt": [
    // @ts-expect-error: a list
    (storage) => storage.find("de", { rangeKey1: { $gt: [1, 2] } }),
  ],
  "filter.rangeKey2": [
    // @ts-expect-error: not an operator
    (storage) => storage.find("de", { rangeKey2: {} }),
    // @ts-expect-error: two operators of a kind
    (storage) => storage.find("de", { rangeKey2: { $gt: 1, $gte: 1 } }),
    // @ts-expect-error: two operators of a kind
    (storage) => storage.find("de", { rangeKey2: { $not: 5, $lt: 1, $lte: 1 } }),
  ],
  "filter.rangeKey1.$in": [
    // @ts-expect-error: no such operator
    (storage) => storage.find("de", { rangeKey1: { $in: [1, 2] } }),
  ],
  "filter.createdAt": [
    // @ts-expect-error: a string
    (storage) => storage.find("de", { createdAt: "2030-01-01" }),
    // @ts-expect-error: never unset
    (storage) => storage.find("de", { createdAt: null }),
    // @ts-expect-error: not an operator
    (storage) => storage.find("de", { createdAt: {} }),
  ],
  "filter.expiresAt": [
    // @ts-expect-error: not an operator
    (storage) => storage.find("de", { expiresAt: {} }),
  ],
  "filter.searchKeys": [
    // @ts-expect-error: a list
    (storage) => storage.find("de", { searchKeys: ["abc"] }),
  ],
  filter: [
    // @ts-expect-error: a part of any search key, and one of them
    (storage) => storage.find("de", { searchKeys: "abc", key20: "abc" }),
  ],
  "options.page": [
    // @ts-expect-error: no such option
    (storage) => storage.find("de", {}, { page: 1 }),
  ],
  "options.limit": [
    // @ts-expect-error: a string
    (storage) => storage.find("de", {}, { limit: "1" }),
    // @ts-expect-error: always 1
    (storage) => storage.findOne("de", {}, { limit: 1 }),
    // @ts-expect-error: that of a single page
    (storage) => first(storage.findAll("de", {}, { limit: 1 })),
    // @ts-expect-error: a string
    (storage) => storage.migrate("de", { limit: "1" }),
  ],
  "options.sort": [
    // @ts-expect-error: not a list
    (storage) => storage.find("de", {}, { sort: { createdAt: "asc" } }),
  ],
  "options.sort[0].body": [
    // @ts-expect-error: encrypted, so not sortable
    (storage) => storage.find("de", {}, { sort: [{ body: "asc" }] }),
  ],
  "options.sort[0]": [
    // @ts-expect-error: two fields in one item, without an order
    (storage) => storage.find("de", {}, { sort: [{ createdAt: "asc", updatedAt: "asc" }] }),
  ],
  "options.sort[0].createdAt": [
    // @ts-expect-error: no such direction
    (storage) => storage.find("de", {}, { sort: [{ createdAt: "up" }] }),
  ],
  "options.pageSize": [
    // @ts-expect-error: a string
    (storage) => first(storage.migrateAll("de", { pageSize: "1" })),
  ],
  "options.upTo": [
    // @ts-expect-error: no such option
    (storage) => storage.migrate("de", { upTo: 1 }),
    // @ts-expect-error: no such option
    (storage) => first(storage.migrateAll("de", { upTo: 1 })),
    // @ts-expect-error: no such option
    (storage) => first(storage.migrateAttachments("de", { upTo: 1 })),
  ],
  "options.dryRun": [
    // @ts-expect-error: a string
    (storage) => first(storage.migrateAll("de", { dryRun: "yes" })),
  ],
  "options.encryptReadable": [
    // @ts-expect-error: a string
    (storage) => storage.migrate("de", { encryptReadable: "yes" }),
    // @ts-expect-error: a number
    (storage) => first(storage.migrateAll("de", { encryptReadable: 1 })),
  ],
  "attachment.file": [
    // @ts-expect-error: missing
    (storage) => storage.addAttachment("de", "r", { fileName: "n" }),
    // @ts-expect-error: a number
    (storage) => storage.addAttachment("de", "r", { file: 1 }),
  ],
  "attachment.filename": [
    // @ts-expect-error: no such field
    (storage) => storage.addAttachment("de", "r", { file, filename: "n" }),
  ],
  "attachment.upsert": [
    // @ts-expect-error: a number
    (storage) => storage.addAttachment("de", "r", { file, upsert: 1 }),
  ],
  fileId: [
    // @ts-expect-error: a number
    (storage) => storage.getAttachmentFile("de", "r", 1),
  ],
  "meta.size": [
    // @ts-expect-error: no such field
    (storage) => storage.updateAttachmentMeta("de", "r", "f", { fileName: "n", size: 1 }),
  ],
  "meta.fileName": [
    // @ts-expect-error: a number
    (storage) => storage.updateAttachmentMeta("de", "r", "f", { fileName: 1 }),
  ],
  "request.retries": [
    // @ts-expect-error: no such option
    (storage) => storage.read("de", "r", { retries: 1 }),
  ],
  "request.timeout": [
    // @ts-expect-error: a string
    (storage) => storage.read("de", "r", { timeout: "5s" }),
  ],
  "request.signal": [
    // @ts-expect-error: not the signal itself
    (storage) => storage.read("de", "r", { signal: new AbortController() }),
  ],
  'request.headers["x-a"]': [
    // @ts-expect-error: a number
    (storage) => storage.read("de", "r", { headers: { "x-a": 1 } }),
  ],
  "request.headers.authorization": [
    // @ts-expect-error: set by the client
    (storage) => storage.read("de", "r", { headers: { "x-a": "a", authorization: "Bearer own" } }),
  ],
  'request.headers["X-Env-Id"]': [
    // @ts-expect-error: set by the client
    (storage) => storage.read("de", "r", { headers: { "X-Env-Id": "own" } }),
  ],
  'request.headers["content-type"]': [
    // @ts-expect-error: set by the client
    (storage) => storage.write("de", { recordKey: "r" }, { headers: { "content-type": "text/plain" } }),
  ],
  "request.onProgress": [
    // @ts-expect-error: not a function
    (storage) => storage.getAttachmentFile("de", "r", "f", { onProgress: true }),
  ],
};

function first<Item>(items: AsyncIterable<Item>): Promise<unknown> {
  return items[Symbol.asyncIterator]().next();
}

/**
 * The options of a Storage, and a record of its requests: all input must be checked before a request or a call of
 * getSecrets.
 */
function recording(): { readonly options: StorageOptions; readonly asked: string[] } {
  const effects: string[] = [];
  const options: StorageOptions = {
    environmentId: "types",
    endpoint: "https://pop.example",
    oauth: { token: () => `${effects.push("token")}` },
    getSecrets: () => `${effects.push("secrets")}`,
    // With hashing on, searchKeys is rejected before its value is checked.
    hashSearchKeys: false,
    fetch: () => Promise.reject(new Error(`Request ${effects.push("request")}.`)),
  };
  return { options, asked: effects };
}

const callCases = Object.entries(calls).flatMap(([path, made]) => made.map((call) => ({ path, call })));

describe("the arguments of a method", () => {
  it.each(callCases)("are rejected: $path, $#", async ({ path, call }) => {
    const { options, asked: effects } = recording();
    const error = await rejection(call(new Storage(options)));
    if (!(error instanceof InputValidationError)) return expect.unreachable(`Not rejected as input: ${String(error)}`);
    expect(error.issues.map((issue) => issue.path)).toStrictEqual([path]);
    expect(effects).toStrictEqual([]);
  });
});

const good = recording().options;
const custom = { version: "own", encrypt: decode, decrypt: decode };

/** Options, by the path of the issue. */
const constructions: Readonly<Record<string, (() => Storage)[]>> = {
  options: [
    // @ts-expect-error: missing
    () => new Storage(),
    // @ts-expect-error: null
    () => new Storage(null),
  ],
  "options.environment": [
    // @ts-expect-error: no such option
    () => new Storage({ ...good, environment: "e" }),
  ],
  "options.environmentId": [
    // @ts-expect-error: a number
    () => new Storage({ ...good, environmentId: 1 }),
  ],
  "options.encrypt": [
    // @ts-expect-error: a string
    () => new Storage({ ...good, encrypt: "yes" }),
  ],
  "options.getSecrets": [
    // @ts-expect-error: the secret itself
    () => new Storage({ ...good, getSecrets: "secret" }),
  ],
  "options.httpOptions.timeout": [
    // @ts-expect-error: a string
    () => new Storage({ ...good, httpOptions: { timeout: "5s" } }),
  ],
  "options.httpOptions.retries": [
    // @ts-expect-error: no such option
    () => new Storage({ ...good, httpOptions: { retries: 1 } }),
  ],
  "options.keyReuse.count": [
    // @ts-expect-error: no such option
    () => new Storage({ ...good, keyReuse: { count: 1 } }),
  ],
  "options.logger": [
    // @ts-expect-error: without write
    () => new Storage({ ...good, logger: {} }),
  ],
  "options.fetch": [
    // @ts-expect-error: an address
    () => new Storage({ ...good, fetch: "https://proxy.example" }),
  ],
  "options.oauth.token": [
    // @ts-expect-error: a number
    () => new Storage({ ...good, oauth: { token: 1 } }),
  ],
  "options.oauth.clientId": [
    // @ts-expect-error: a number
    () => new Storage({ ...good, oauth: { clientId: 1, clientSecret: "s" } }),
    // @ts-expect-error: of no use with a token
    () => new Storage({ ...good, oauth: { token: "t", clientId: "c" } }),
  ],
  "options.oauth.authEndpoints.default": [
    // @ts-expect-error: missing
    () => new Storage({ ...good, oauth: { authEndpoints: { emea: "https://auth.example" } } }),
  ],
  "options.customEncryptionConfigs[0].decrypt": [
    // @ts-expect-error: missing
    () => new Storage({ ...good, customEncryptionConfigs: [{ version: "own", encrypt: decode }] }),
  ],
  "options.customEncryptionConfigs[0].encoding": [
    // @ts-expect-error: no such encoding
    () => new Storage({ ...good, customEncryptionConfigs: [{ ...custom, encoding: "hex" }] }),
  ],
};

const constructionCases = Object.entries(constructions).flatMap(([path, made]) => made.map((make) => ({ path, make })));

describe("the options of createStorage", () => {
  it.each(constructionCases)("are rejected: $path, $#", async ({ path, make }) => {
    const error = await rejection(Promise.resolve().then(make));
    if (!(error instanceof StorageConfigError)) return expect.unreachable(`Not rejected as options: ${String(error)}`);
    expect(error.message).toContain(`Invalid options: ${path}: `);
  });
});

/** Invalid secrets. */
const secrets: ((fetch: typeof globalThis.fetch) => Storage)[] = [
  // @ts-expect-error: a number
  (fetch) => new Storage({ ...good, fetch, getSecrets: () => 5 }),
  // @ts-expect-error: nothing
  (fetch) => new Storage({ ...good, fetch, getSecrets: () => undefined }),
  // @ts-expect-error: a secret without version
  (fetch) => new Storage({ ...good, fetch, getSecrets: () => ({ currentVersion: 1, secrets: [{ secret: "s" }] }) }),
  // @ts-expect-error: no current version
  (fetch) => new Storage({ ...good, fetch, getSecrets: () => ({ secrets: [{ secret: "s", version: 1 }] }) }),
  // @ts-expect-error: a promise, and not a list
  (fetch) => new Storage({ ...good, fetch, getSecrets: async () => ({ currentVersion: 1, secrets: "s" }) }),
];

describe("the return value of getSecrets", () => {
  it.each(secrets.map((make) => ({ make })))("is rejected, $#", async ({ make }) => {
    const { options, asked: effects } = recording();
    const storage = make(options.fetch ?? fetch);
    expect(await rejection(storage.write("de", { recordKey: "r" }))).toBeInstanceOf(SecretsValidationError);
    expect(effects).toStrictEqual([]);
  });
});
