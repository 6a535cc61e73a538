/**
 * The cost of rejecting an input does not grow with its faults. Each of the large inputs here once took the client a
 * minute or more, or all its memory.
 */
import * as fc from "fast-check";
import { InputValidationError } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { rejection } from "../support/faults/fault-storage.ts";
import { callWith, storageWith } from "../support/storage/call.ts";

const good: Readonly<Record<string, unknown>> = {
  environmentId: "rejected input",
  endpoint: "https://pop.example",
  apiKey: "key",
  getSecrets: () => "a password of the tests",
  fetch: () => expect.unreachable("A rejected call was sent."),
};

async function refused(method: string, ...given: unknown[]): Promise<InputValidationError> {
  const error = await rejection(callWith(storageWith(good), method, ...given));
  return error instanceof InputValidationError ? error : expect.unreachable(`Not rejected: ${String(error)}`);
}

async function refusedOptions(options: unknown): Promise<unknown> {
  return rejection((async () => storageWith(options))());
}

function named(count: number, nameOf: (index: number) => string, value: unknown = 1): Record<string, unknown> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [nameOf(index), value]));
}

const many = 200_000;
const unknownNames = (count: number): Record<string, unknown> => named(count, (index) => `unknown${index}`);
const nearMisses = (count: number): Record<string, unknown> => named(count, (index) => `rangeKey_${index}`);
const longNames = (count: number): Record<string, unknown> => named(count, (index) => `${"record".repeat(20)}${index}`);
const repeated = (count: number, item: unknown): unknown[] => Array.from({ length: count }, () => item);
const wrongList = (): unknown[] => repeated(10 * many, 1);
const pathsOf = ({ issues }: InputValidationError): string[] => issues.map(({ path }) => path);
/** 16 MiB. */
const hugeInteger = (): bigint => 1n << (2n ** 27n);

describe("an input with a great many faults", () => {
  it.each<[title: string, path: string, call: () => [method: string, ...given: unknown[]]]>([
    ["a record with unknown names", "record", () => ["write", "de", unknownNames(many)]],
    ["a record with near misses", "record", () => ["write", "de", nearMisses(many)]],
    ["a record with long names", "record", () => ["write", "de", longNames(many)]],
    ["a batch with unknown names", "records", () => ["batchWrite", "de", repeated(100, unknownNames(many / 10))]],
    ["a batch with near misses", "records", () => ["batchWrite", "de", repeated(100, nearMisses(many / 10))]],
    ["a filter with unknown names", "filter", () => ["find", "de", unknownNames(many)]],
    ["a filter with unknown operators", "filter.rangeKey1", () => ["find", "de", { rangeKey1: unknownNames(many) }]],
    ["a list of wrong values", "filter.key1", () => ["find", "de", { key1: wrongList() }]],
    ["many such lists", "filter.key1", () => ["find", "de", named(20, (index) => `key${index + 1}`, wrongList())]],
    ["$not of wrong values", "filter.key1.$not", () => ["find", "de", { key1: { $not: wrongList() } }]],
    ["a list of sort items", "options.sort", () => ["find", "de", {}, { sort: wrongList() }]],
    ["options of a request", "request", () => ["read", "de", "r", unknownNames(many)]],
    ["headers", "request.headers", () => ["read", "de", "r", { headers: unknownNames(many) }]],
    ["an attachment", "attachment", () => ["addAttachment", "de", "r", unknownNames(many)]],
    ["a list of record keys", "recordKeys", () => ["batchDelete", "de", wrongList()]],
    ["an integer of millions of digits", "record.rangeKey1", () => ["write", "de", { rangeKey1: hugeInteger() }]],
    ["such an integer as a key", "recordKey", () => ["read", "de", hugeInteger()]],
    ["such an integer in a list", "filter.key1[0]", () => ["find", "de", { key1: [hugeInteger()] }]],
    ["such an integer in a header", "request.headers.a", () => ["read", "de", "r", { headers: { a: hugeInteger() } }]],
  ])("is rejected at once, with a short message: %s", async (_, path, call) => {
    const error = await refused(...call());
    expect(error.issues.length).toBeLessThanOrEqual(100);
    expect(JSON.stringify(error).length).toBeLessThan(25_000);
    expect(error.issues.filter((issue) => issue.path.startsWith(path))).not.toStrictEqual([]);
  });

  it.each<[title: string, words: string, options: () => Readonly<Record<string, unknown>>]>([
    ["unknown names", "options.unknown0: is not a known name", () => unknownNames(many)],
    [
      "addresses of token endpoints",
      "options.oauth.authEndpoints.unknown4: expected a string, got a number; and 6 more",
      () => ({ ...good, apiKey: undefined, oauth: { authEndpoints: unknownNames(many) } }),
    ],
    [
      "custom encryptions",
      "options.customEncryptionConfigs[0].version: is missing",
      () => ({ ...good, customEncryptionConfigs: repeated(1_000, unknownNames(many)) }),
    ],
  ])("is rejected at once by createStorage: %s", async (_, message, options) => {
    expect(await refusedOptions(options())).toMatchObject({
      name: "StorageConfigError",
      message: expect.stringContaining(message),
    });
  });

  it.each<[title: string, words: string, secrets: () => unknown]>([
    ["numbers", "secrets.secrets[4]: expected an object, got a number; and 96 more", wrongList],
    ["unknown names", "secrets.secrets[0].secret: is missing", () => repeated(1_000, unknownNames(many))],
  ])("is rejected at once as secrets: %s", async (_, message, secrets) => {
    const getSecrets = (): unknown => ({ currentVersion: 1, secrets: secrets() });
    const error = await rejection(storageWith({ ...good, getSecrets }).validate());
    expect(error).toMatchObject({ name: "SecretsValidationError", message: expect.stringContaining(message) });
  });
});

it("an address with millions of slashes is parsed at once", () => {
  const endpoint = `https://pop.example/${"/".repeat(10 * many)}x`;
  expect(() => storageWith({ ...good, endpoint })).not.toThrow();
});

describe("the list of issues", () => {
  it("has ten unknown names of an object, and the number of the others", async () => {
    const error = await refused("write", "de", { recordKey: 5, ...unknownNames(1_000) });
    expect(pathsOf(error)).toStrictEqual([
      "record.recordKey",
      ...Array.from({ length: 10 }, (_, index) => `record.unknown${index}`),
      "record",
    ]);
    expect(error.issues.at(-1)?.message).toBe("has 990 more unknown names");
    expect(error.message).toMatch(/; and 996 more\.$/);
  });

  it("has every issue if there are at most a hundred", async () => {
    const wrong = Array.from({ length: 100 }, (_, index) => ({ recordKey: `r${index}`, key1: 5 }));
    const error = await refused("batchWrite", "de", wrong);
    expect(pathsOf(error)).toStrictEqual(wrong.map((_, index) => `records[${index}].key1`));
    expect(error.message).toMatch(/; and 95 more\.$/);
  });

  it("has a hundred issues, and the number of the others", async () => {
    const filter = named(20, (index) => `key${index + 1}`, repeated(10, 1));
    const error = await refused("find", "de", filter, { limit: 0 });
    expect(error.issues).toHaveLength(100);
    expect(error.issues.at(-1)).toMatchObject({
      path: "filter.key10[9]",
      message: "expected a string, got a number; and 101 more issues",
    });
    expect(error.message).toMatch(/; and 196 more\.$/);
  });

  it("has the index up to which a list was checked", async () => {
    const error = await refused("find", "de", { key1: ["right", ...repeated(1_000, 1)] });
    expect(error.issues).toHaveLength(100);
    expect(error.issues.at(-1)).toMatchObject({
      path: "filter.key1",
      message: "has 101 issues: only the items up to [101] were checked",
    });
    expect(error.message).toMatch(/; and 96 more\.$/);
  });

  it("has ten issues of an object with arbitrary names, and the number of the others", async () => {
    const error = await refused("read", "de", "r", { headers: { "x-right": "1", ...unknownNames(1_000) } });
    expect(pathsOf(error)).toStrictEqual([
      ...Array.from({ length: 10 }, (_, index) => `request.headers.unknown${index}`),
      "request.headers",
    ]);
    expect(error.issues.at(-1)?.message).toBe("has 990 more names, which were not checked");
  });

  it("has at most a hundred issues if one of the arguments throws when inspected", async () => {
    const request = {
      get timeout(): number {
        throw new Error("not to be read");
      },
    };
    const error = await refused("find", "de", { key1: repeated(1_000, 1) }, { sort: repeated(1_000, 1) }, request);
    expect(error.issues).toHaveLength(100);
    expect(error.issues.at(-1)?.message).toMatch(/; and 103 more issues$/);
  });
});

/** Kinds of faults: the issue, its value, and a way to insert it. */
const faults = fc.record({
  record: fc.nat({ max: 99 }),
  name: fc.oneof(
    fc.constantFrom("key1", "key20", "rangeKey1", "body", "recordKey", "rangekey1", "__proto__", "constructor"),
    fc.string({ minLength: 1, maxLength: 60 }),
  ),
  value: fc.constantFrom<unknown[]>([], {}, true, Number.NaN, 2n ** 200n),
});

it("for any input, each issue except the counts names an actual fault, and the sum is right", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(faults, { minLength: 1, maxLength: 400 }), async (wrong) => {
      const batch = Array.from({ length: 100 }, (_, index) => new Map<string, unknown>([["recordKey", `r${index}`]]));
      for (const { record, name, value } of wrong) batch[record]?.set(name, value);
      const given = batch.map((fields) => Object.fromEntries(fields));
      const alone = await Promise.all(wrong.map(({ record }) => refused("batchWrite", "de", [given[record]])));
      const there = new Set(
        alone.flatMap(({ issues }, index) =>
          issues.map(({ path }) => path.replace("records[0]", `records[${wrong[index]?.record}]`)),
        ),
      );
      const { issues, message } = await refused("batchWrite", "de", given);
      expect(issues.length).toBeLessThanOrEqual(100);
      const paths = issues.map(({ path }) => path);
      expect(paths.filter((path) => !there.has(path) && path !== "records")).toStrictEqual([]);
      expect(paths.filter((path) => path !== "records")).not.toStrictEqual([]);
      const more = Number(/; and (\d+) more\.$/.exec(message)?.[1] ?? 0);
      expect(more).toBeGreaterThanOrEqual(issues.length - 5);
    }),
    { numRuns: 50 },
  );
});
