import { Storage } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { issuesOf } from "../support/storage/input-issues.ts";
import { replaced, validCalls } from "../support/storage/valid-calls.ts";

const calls = Object.entries(validCalls).map(([method, given]) => ({ method, given }));
const withKey = calls.filter(({ given }) => given[1] === "r");
const withFileId = calls.filter(({ given }) => given[2] === "f");
const requestOf = (given: readonly unknown[], request: unknown): unknown[] => [...given, request];

it("every method that takes input is tested here", () => {
  const classes = [Storage.prototype, Object.getPrototypeOf(Storage.prototype)];
  const methods = classes.flatMap((prototype) => Object.getOwnPropertyNames(prototype));
  expect(new Set(methods)).toStrictEqual(new Set([...Object.keys(validCalls), "constructor", "validate"]));
});

const owned = `authorization Authorization AUTHORIZATION x-env-id X-Env-Id content-type Content-Type content-length
  content-encoding transfer-encoding host connection keep-alive proxy-connection te trailer upgrade expect cookie if-match
  range`.split(/\s+/);

const pathOfHeader = (name: string): string =>
  name.includes("-") ? `request.headers["${name}"]` : `request.headers.${name}`;

const atLeastZero = (got: string): string => `must be an integer ≥ 0, got ${got}`;
const milliseconds = (got: string): string => `must be milliseconds, more than 0 and at most 2^31 − 1, got ${got}`;
const unknown = (nearest?: string): string =>
  nearest === undefined ? "is not a known name" : `is not a known name; did you mean ${nearest}?`;

/** Invalid options of a request, by the message of the issue. */
const wrongRequests: [request: unknown, issues: Readonly<Record<string, string>>][] = [
  [{ timout: 5 }, { "request.timout": unknown("timeout") }],
  [{ max_retries: 1 }, { "request.max_retries": unknown("maxRetries") }],
  [{ maxretries: 1 }, { "request.maxretries": unknown("maxRetries") }],
  [{ Signal: null }, { "request.Signal": unknown("signal") }],
  [
    { retries: 1, zzz: 1 },
    { "request.retries": unknown(), "request.zzz": unknown() },
  ],
  [{ "time out": 1 }, { 'request["time out"]': unknown("timeout") }],
  [{ timeout: 0 }, { "request.timeout": milliseconds("a number") }],
  [{ timeout: -1 }, { "request.timeout": milliseconds("a number") }],
  [{ timeout: Number.NaN }, { "request.timeout": milliseconds("NaN") }],
  [{ timeout: Number.POSITIVE_INFINITY }, { "request.timeout": milliseconds("a fraction or infinity") }],
  [{ timeout: 2 ** 31 }, { "request.timeout": milliseconds("a number") }],
  [{ timeout: "5" }, { "request.timeout": milliseconds("a string") }],
  [{ timeout: 5n }, { "request.timeout": milliseconds("a bigint") }],
  [{ timeout: null }, { "request.timeout": milliseconds("null") }],
  [{ maxRetries: -1 }, { "request.maxRetries": atLeastZero("a number") }],
  [{ maxRetries: 0.5 }, { "request.maxRetries": atLeastZero("a fraction or infinity") }],
  [{ maxRetries: 2 ** 53 }, { "request.maxRetries": atLeastZero("a number") }],
  [{ maxRetries: true }, { "request.maxRetries": atLeastZero("a boolean") }],
  [{ signal: {} }, { "request.signal": "expected an AbortSignal, got an object" }],
  [{ signal: new AbortController() }, { "request.signal": "expected an AbortSignal, got an object" }],
  [{ signal: "signal" }, { "request.signal": "expected an AbortSignal, got a string" }],
  [{ meta: "text" }, { "request.meta": "expected an object, got a string" }],
  [{ meta: [] }, { "request.meta": "expected an object, got a list" }],
  [{ onProgress: {} }, { "request.onProgress": "expected a function, got an object" }],
  [{ headers: [] }, { "request.headers": "expected an object of headers, got a list" }],
  [{ headers: new Headers() }, { "request.headers": "expected an object of headers, got an object" }],
  [{ headers: { "x-a": 5 } }, { 'request.headers["x-a"]': "expected a string, got a number" }],
  [{ headers: { "x-a": "1\r\nx-b: 2" } }, { 'request.headers["x-a"]': "is not a valid header value" }],
  [{ headers: { "x-a": "ключ" } }, { 'request.headers["x-a"]': "is not a valid header value" }],
  [{ headers: { "x a": "1" } }, { 'request.headers["x a"]': "is not a valid header name" }],
  [{ headers: { "": "1" } }, { 'request.headers[""]': "is not a valid header name" }],
  [{ headers: { constructor: "1" } }, { "request.headers.constructor": "is not a valid header name" }],
  [{ headers: JSON.parse('{"__proto__": "1"}') }, { "request.headers.__proto__": "is not a valid header name" }],
  [5, { request: "expected an object, got a number" }],
  [null, { request: "expected an object, got null" }],
  [[], { request: "expected an object, got a list" }],
  [JSON.parse('{"__proto__": {"timeout": 1}}'), { "request.__proto__": unknown() }],
  [
    { constructor: Object, prototype: {} },
    { "request.constructor": unknown(), "request.prototype": unknown() },
  ],
  [
    { timeout: "x", maxRetries: "y", extra: 1 },
    {
      "request.timeout": milliseconds("a string"),
      "request.maxRetries": atLeastZero("a string"),
      "request.extra": unknown(),
    },
  ],
];

describe.each(calls)("$method", ({ method, given }) => {
  it.each(owned)("reserves %s for the client", async (name) => {
    const issues = await issuesOf(method, requestOf(given, { headers: { [name]: "mine" } }));
    expect(issues).toStrictEqual({ [pathOfHeader(name)]: "is set by the client itself: remove it" });
  });

  it.each(wrongRequests)("rejects the request options %o", async (request, issues) => {
    expect(await issuesOf(method, requestOf(given, request))).toStrictEqual(issues);
  });

  it.each(["", "d", "deu", "d1", " de", "de\n", "ДЕ", "./"])("rejects the country %j", async (country) => {
    const message = "must be a country code of two letters, like de";
    expect(await issuesOf(method, replaced(given, 0, country))).toStrictEqual({ country: message });
  });

  it.each([
    [undefined, "is missing: expected a string"],
    [null, "expected a string, got null"],
    [49, "expected a string, got a number"],
    [["de"], "expected a string, got a list"],
    [Symbol("de"), "expected a string, got a symbol"],
  ])("rejects a country that is not a text: %o", async (country, message) => {
    expect(await issuesOf(method, replaced(given, 0, country))).toStrictEqual({ country: message });
  });

  it("reports all issues at once, argument by argument", async () => {
    const wrong = replaced(requestOf(given, { extra: 1 }), 0, 5);
    expect(await issuesOf(method, wrong)).toStrictEqual({
      country: "expected a string, got a number",
      "request.extra": unknown(),
    });
  });

  it("reports which argument throws when inspected", async () => {
    const request = {
      get timeout(): number {
        throw new Error("not to be read");
      },
    };
    const message = "cannot be read: it throws an error";
    expect(await issuesOf(method, requestOf(given, request))).toStrictEqual({ request: message });
    expect(await issuesOf(method, replaced(requestOf(given, request), 0, "x"))).toStrictEqual({
      country: "must be a country code of two letters, like de",
      request: message,
    });
  });
});

const wrongKeys: [key: unknown, message: string][] = [
  ["", "must not be empty"],
  ["a\ud800", "has a lone surrogate, which UTF-8 cannot encode"],
  [undefined, "is missing: expected a string"],
  [null, "expected a string, got null"],
  [5, "expected a string, got a number"],
  [["r"], "expected a string, got a list"],
  [{ toString: () => "r" }, "expected a string, got an object"],
];

describe.each(withKey)("$method", ({ method, given }) => {
  it.each(wrongKeys)("rejects the record key %o", async (key, message) => {
    expect(await issuesOf(method, replaced(given, 1, key))).toStrictEqual({ recordKey: message });
  });
});

describe.each(withFileId)("$method", ({ method, given }) => {
  const dots = ["must be the fileId of an attachment"];
  const cases = [...wrongKeys, ...[".", ".."].map((id): [unknown, string] => [id, dots.join("")])];
  it.each(cases)("rejects the file id %o", async (fileId, message) => {
    expect(await issuesOf(method, replaced(given, 2, fileId))).toStrictEqual({ fileId: message });
  });
});

const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `r${index}`);

describe("batchDelete", () => {
  it.each<[keys: unknown, issues: Readonly<Record<string, string>>]>([
    [[], { recordKeys: "must have at least one record key" }],
    [many(101), { recordKeys: "must not have more than 100 record keys: use several batches" }],
    [Array.from({ length: 101 }), { recordKeys: "must not have more than 100 record keys: use several batches" }],
    ["r", { recordKeys: "expected a list, got a string" }],
    [{ length: 1, 0: "r" }, { recordKeys: "expected a list, got an object" }],
    [new Set(["r"]), { recordKeys: "expected a list, got an object" }],
    [
      ["r", "", 5, null],
      {
        "recordKeys[1]": "must not be empty",
        "recordKeys[2]": "expected a string, got a number",
        "recordKeys[3]": "expected a string, got null",
      },
    ],
  ])("rejects %o", async (keys, issues) => {
    expect(await issuesOf("batchDelete", ["de", keys])).toStrictEqual(issues);
  });
});

describe("attachments", () => {
  it.each<[method: string, index: number, value: unknown, issues: Readonly<Record<string, string>>]>([
    ["addAttachment", 2, { file: "x", filename: "y" }, { "attachment.filename": unknown("fileName") }],
    ["addAttachment", 2, { file: "x", mime_type: "y" }, { "attachment.mime_type": unknown("mimeType") }],
    ["addAttachment", 2, { file: "x", constructor: 1 }, { "attachment.constructor": unknown() }],
    ["addAttachment", 2, { file: "x", upsert: 1 }, { "attachment.upsert": "expected true or false, got a number" }],
    ["addAttachment", 2, undefined, { attachment: "expected an object, got undefined" }],
    ["updateAttachmentMeta", 3, { mimeType: "a/b", filename: "x" }, { "meta.filename": unknown("fileName") }],
    ["updateAttachmentMeta", 3, undefined, { meta: "expected an object, got undefined" }],
  ])("%s rejects, at position %i, %o", async (method, index, value, issues) => {
    expect(await issuesOf(method, replaced(validCalls[method] ?? [], index, value))).toStrictEqual(issues);
  });
});
