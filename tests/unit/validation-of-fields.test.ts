import { describe, expect, it } from "vitest";
import { issuesOf } from "../support/storage/input-issues.ts";

const unknown = (nearest?: string): string =>
  nearest === undefined ? "is not a known name" : `is not a known name; did you mean ${nearest}?`;
const passBigint = "is beyond what a number holds exactly (2^53): pass a bigint";
const outOfRange = "must be between -9223372036854775808 and 9223372036854775807";
const hashed = "requires hashSearchKeys: false, since the PoP has only hashes of the search keys";

type Issues = Readonly<Record<string, string>>;

const wrongFields: [fields: Readonly<Record<string, unknown>>, issues: Issues][] = [
  [{ recordkey: "r" }, { recordkey: unknown("recordKey") }],
  [{ record_key: "r" }, { record_key: unknown("recordKey") }],
  [{ profilekey: "p" }, { profilekey: unknown("profileKey") }],
  [{ key21: "k" }, { key21: unknown("key1") }],
  [{ somethingElse: 1 }, { somethingElse: unknown() }],
  [{ key1: 5 }, { key1: "expected a string, got a number" }],
  [{ key1: ["k"] }, { key1: "expected a string, got a list" }],
  [{ key1: "a\ud800" }, { key1: "has a lone surrogate, which UTF-8 cannot encode" }],
  [{ body: { a: 1 } }, { body: "expected a string, got an object" }],
  [{ rangeKey1: 2 ** 53 }, { rangeKey1: passBigint }],
  [{ rangeKey10: -(2 ** 60) }, { rangeKey10: passBigint }],
  [{ rangeKey1: 1.5 }, { rangeKey1: "expected an integer (number or bigint), got a fraction or infinity" }],
  [{ rangeKey1: Number.NaN }, { rangeKey1: "expected an integer (number or bigint), got NaN" }],
  [{ rangeKey1: "5" }, { rangeKey1: "expected an integer (number or bigint), got a string" }],
  [{ rangeKey1: 2n ** 63n }, { rangeKey1: outOfRange }],
  [{ rangeKey1: -(2n ** 63n) - 1n }, { rangeKey1: outOfRange }],
  [{ expiresAt: "2030-01-01" }, { expiresAt: "expected a valid Date, got a string" }],
  [{ expiresAt: new Date(Number.NaN) }, { expiresAt: "expected a valid Date, got an invalid Date" }],
  [{ expiresAt: new Date(8.64e15) }, { expiresAt: "must be a date of the years 1 to 9999" }],
  [
    { key1: 5, rangeKey1: 2 ** 53, extra: 1 },
    { key1: "expected a string, got a number", rangeKey1: passBigint, extra: unknown() },
  ],
];

const below = (path: string, issues: Issues): Issues =>
  Object.fromEntries(Object.entries(issues).map(([name, message]) => [`${path}.${name}`, message]));

describe("a record", () => {
  it.each(wrongFields)("with %o is rejected by write", async (fields, issues) => {
    expect(await issuesOf("write", ["de", { recordKey: "r", ...fields }])).toStrictEqual(below("record", issues));
  });

  it.each(wrongFields)("with %o is rejected in a batch, by its index", async (fields, issues) => {
    const records = [{ recordKey: "good" }, { recordKey: "r", ...fields }];
    expect(await issuesOf("batchWrite", ["de", records])).toStrictEqual(below("records[1]", issues));
  });

  it("must occur once in a batch, and have a key", async () => {
    expect(await issuesOf("batchWrite", ["de", [{}, { recordKey: "" }]])).toStrictEqual({
      "records[0].recordKey": "is missing",
      "records[1].recordKey": "must not be empty",
    });
    const twice = [{ recordKey: "r" }, { recordKey: "other" }, { recordKey: "r" }];
    const again = "is the key of an earlier record of the batch: each key must be unique";
    expect(await issuesOf("batchWrite", ["de", twice])).toStrictEqual({ "records[2].recordKey": again });
    const wrong = [...twice, { recordKey: "x", key1: 5 }];
    expect(await issuesOf("batchWrite", ["de", wrong])).toMatchObject({
      "records[2].recordKey": again,
      "records[3].key1": "expected a string, got a number",
    });
  });

  it("with unhashed search keys must respect the PoP's limits", async () => {
    const open = { hashSearchKeys: false };
    const record = { recordKey: "r", key1: "x".repeat(257), key2: "a\0b", profileKey: "x".repeat(1_000) };
    expect(await issuesOf("write", ["de", record], open)).toStrictEqual({
      "record.key1": "must not be longer than 256 characters when hashSearchKeys is off",
      "record.key2": "must not contain U+0000 when hashSearchKeys is off",
    });
  });
});

const wrongFilters: [filter: Readonly<Record<string, unknown>>, issues: Issues][] = [
  [{ profile_key: "p" }, { profile_key: unknown("profileKey") }],
  [{ body: "b" }, { body: unknown() }],
  [{ key1: { $gt: "a" } }, { "key1.$gt": unknown() }],
  [{ key1: 5 }, { key1: "expected a string, got a number" }],
  [{ key1: [] }, { key1: "must not be an empty list: it would match nothing" }],
  [{ key1: ["a", 5] }, { "key1[1]": "expected a string, got a number" }],
  [{ rangeKey1: 2 ** 53 }, { rangeKey1: passBigint }],
  [{ rangeKey1: [1, 2 ** 53] }, { "rangeKey1[1]": passBigint }],
  [{ rangeKey1: { $gte: -(2 ** 53) } }, { "rangeKey1.$gte": passBigint }],
  [{ rangeKey1: { $not: [2 ** 53] } }, { "rangeKey1.$not[0]": passBigint }],
  [{ rangeKey1: { gte: 1 } }, { "rangeKey1.gte": unknown("$gte") }],
  [{ rangeKey1: { $gt: 1, $gte: 1 } }, { rangeKey1: "has both $gt and $gte: use one of them" }],
  [{ rangeKey1: { $lt: 1, $lte: 1 } }, { rangeKey1: "has both $lt and $lte: use one of them" }],
  [{ rangeKey1: {} }, { rangeKey1: "must have an operator: $not, $gt, $gte, $lt, $lte" }],
  [{ createdAt: "2030-01-01" }, { createdAt: "expected a valid Date, got a string" }],
  [{ createdAt: { $gt: 5 } }, { "createdAt.$gt": "expected a valid Date, got a number" }],
  [
    { key1: undefined },
    {
      key1: "is undefined: omit the field to find records with any value, or use null to find those where it is unset",
    },
  ],
];

describe("a filter", () => {
  it.each(wrongFilters)("of %o is rejected by find, findOne and findAll", async (filter, issues) => {
    for (const method of ["find", "findOne", "findAll"]) {
      expect(await issuesOf(method, ["de", filter])).toStrictEqual(below("filter", issues));
    }
  });

  it.each(wrongFilters)("of %o is rejected by migrate and migrateAll", async (filter, issues) => {
    for (const method of ["migrate", "migrateAll"]) {
      expect(await issuesOf(method, ["de", { filter }])).toStrictEqual(below("options.filter", issues));
    }
  });

  it("matches part of a text only if keys are not hashed", async () => {
    expect(await issuesOf("find", ["de", { searchKeys: "abc" }])).toStrictEqual({ "filter.searchKeys": hashed });
    const open = { hashSearchKeys: false };
    expect(Object.keys(await issuesOf("find", ["de", { searchKeys: "ab" }], open))).toStrictEqual([
      "filter.searchKeys",
    ]);
    expect(Object.keys(await issuesOf("find", ["de", { searchKeys: "abc", key1: "a" }], open))).toStrictEqual([
      "filter",
    ]);
  });
});

describe("the options of a search", () => {
  it.each<[options: Readonly<Record<string, unknown>>, path: string]>([
    [{ limit: 0 }, "limit"],
    [{ limit: 101 }, "limit"],
    [{ limit: "10" }, "limit"],
    [{ offset: -1 }, "offset"],
    [{ offset: 0.5 }, "offset"],
    [{ Limit: 1 }, "Limit"],
    [{ sort: "asc" }, "sort"],
    [{ sort: [{}] }, "sort[0]"],
    [{ sort: [{ rangeKey1: "up" }] }, "sort[0].rangeKey1"],
    [{ sort: [{ rangeKey1: "asc", createdAt: "asc" }] }, "sort[0]"],
    [{ sort: [{ profileKey: "asc" }] }, "sort[0].profileKey"],
    [{ sort: [{ key1: "asc" }] }, "sort[0]"],
  ])("%o are rejected", async (options, path) => {
    expect(Object.keys(await issuesOf("find", ["de", {}, options]))).toStrictEqual([`options.${path}`]);
  });

  it.each<[method: string, options: Readonly<Record<string, unknown>>, path: string]>([
    ["findOne", { limit: 1 }, "limit"],
    ["findAll", { limit: 1 }, "limit"],
    ["findAll", { pageSize: 101 }, "pageSize"],
    ["migrate", { limit: 101 }, "limit"],
    ["migrate", { pageSize: 10 }, "pageSize"],
    ["migrateAll", { pageSize: 0 }, "pageSize"],
    ["migrateAll", { concurrency: 0 }, "concurrency"],
    ["migrateAll", { dryRun: "yes" }, "dryRun"],
    ["migrateAttachments", { limit: 1 }, "limit"],
  ])("of %s reject %o", async (method, options, path) => {
    const given = method.startsWith("find") ? ["de", {}, options] : ["de", options];
    expect(Object.keys(await issuesOf(method, given))).toStrictEqual([`options.${path}`]);
  });
});
