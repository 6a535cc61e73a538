import { limits } from "incountry-storage/protocol";
import { describe, expect, it } from "vitest";
import type { Caller } from "../support/caller.ts";
import { freshCountry } from "../support/countries.ts";
import type { GetCaller } from "../support/suite.ts";
import { titled } from "../support/titles.ts";

const data = [
  { record_key: "a", key1: "x", range_key1: 1, expires_at: "2040-01-01T00:00:00.000Z", version: 1 },
  { record_key: "b", key1: "X", range_key1: limits.int64Max, expires_at: "2041-01-01T00:00:00.000Z", version: 2 },
  { record_key: "c", key1: "", range_key1: limits.int64Max - 1n, version: 2 },
  { record_key: "d", key2: "100% sure_", key20: "tail of it", range_key1: limits.int64Min },
  { record_key: "e", key1: "é🛂", key2: "100 percent" },
];

export function filtersSuite(caller: GetCaller): void {
  describe("filters", () => {
    const cases: readonly (readonly [object, string])[] = [
      [{}, "abcde"],
      [{ record_key: "a" }, "a"],
      [{ record_key: ["a", "e", "zz"] }, "ae"],
      [{ record_key: { $not: ["a", "e"] } }, "bcd"],
      [{ record_key: null }, ""],
      [{ key1: "x" }, "a"],
      [{ key1: "" }, "c"],
      [{ key1: "é🛂" }, "e"],
      [{ key1: ["x", "X"] }, "ab"],
      [{ key1: null }, "d"],
      [{ key1: { $not: null } }, "abce"],
      [{ key1: { $not: "x" } }, "bce"],
      [{ key1: { $not: ["x", "", "other"] } }, "be"],
      [{ key1: "x' or '1'='1" }, ""],
      [{ range_key1: 1 }, "a"],
      [{ range_key1: limits.int64Max }, "b"],
      [{ range_key1: [limits.int64Max - 1n, limits.int64Min] }, "cd"],
      [{ range_key1: { $gt: limits.int64Max - 1n } }, "b"],
      [{ range_key1: { $gte: limits.int64Max - 1n } }, "bc"],
      [{ range_key1: { $gte: 1, $lt: limits.int64Max } }, "ac"],
      [{ range_key1: { $gt: limits.int64Min, $lte: 1 } }, "a"],
      [{ range_key1: { $not: 1, $gt: 0 } }, "bc"],
      [{ range_key1: { $not: [1] } }, "bcd"],
      [{ range_key1: null }, "e"],
      [{ range_key1: { $not: null } }, "abcd"],
      [{ version: 0 }, "de"],
      [{ version: { $not: 2 } }, "ade"],
      [{ version: { $gte: 1 } }, "abc"],
      [{ expires_at: null }, "cde"],
      [{ expires_at: { $not: null } }, "ab"],
      [{ expires_at: "2041-01-01T01:00:00+01:00" }, "b"],
      [{ expires_at: { $not: "2041-01-01T00:00:00Z" } }, "a"],
      [{ expires_at: { $gt: "2040-01-01T00:00:00Z" } }, "b"],
      [{ expires_at: { $gte: "2040-01-01T00:00:00Z", $lt: "2041-01-01T00:00:00Z" } }, "a"],
      [{ created_at: { $gt: "2020-01-01T00:00:00Z" }, updated_at: { $lt: "2120-01-01T00:00:00Z" } }, "abcde"],
      [{ created_at: { $gt: "2120-01-01T00:00:00Z" } }, ""],
      [{ search_keys: "100" }, "de"],
      [{ search_keys: "00%" }, "d"],
      [{ search_keys: "sure_" }, "d"],
      [{ search_keys: "su_e" }, ""],
      [{ search_keys: "TAIL" }, ""],
      [{ search_keys: "l of" }, "d"],
      [{ search_keys: "100", range_key1: null }, "e"],
      [{ key1: { $not: null }, version: 2, range_key1: { $lt: limits.int64Max } }, "c"],
    ];

    it.each(titled(cases))("%s", async (_title, filter, keys) => {
      const country = await filled(caller());
      const response = await caller().find(country, filter);
      expect(response.keys.join("")).toBe(keys);
      expect(response.found.meta).toMatchObject({ count: keys.length, total: keys.length });
    });

    it("match the dates set by the PoP, to the millisecond", async () => {
      const country = freshCountry();
      await caller().write(country, { record_key: "k" });
      const { record } = await caller().write(country, { record_key: "k" });
      const { created_at: createdAt, updated_at: updatedAt } = record;
      expect((await caller().find(country, { created_at: createdAt, updated_at: updatedAt })).keys).toEqual(["k"]);
      expect((await caller().find(country, { updated_at: { $gte: updatedAt, $lte: updatedAt } })).keys).toEqual(["k"]);
      expect((await caller().find(country, { updated_at: { $gt: updatedAt } })).keys).toEqual([]);
    });
  });

  describe("sort", () => {
    const cases: readonly (readonly [readonly object[], string])[] = [
      [[{ range_key1: "asc" }], "dacbe"],
      [[{ range_key1: "desc" }], "ebcad"],
      // By code point: "" < "X" < "x" < "é".
      [[{ key1: "asc" }], "cbaed"],
      [[{ key1: "desc" }], "deabc"],
      [[{ expires_at: "asc" }, { range_key1: "desc" }], "abecd"],
      [[{ expires_at: "desc" }, { range_key1: "asc" }], "dceba"],
      [[{ key5: "desc" }], "abcde"],
      [[{ created_at: "desc" }, { updated_at: "asc" }, { key1: "asc" }], "cbaed"],
    ];

    it.each(titled(cases))("%s", async (_title, sort, keys) => {
      const country = await filled(caller());
      expect((await caller().find(country, {}, { sort })).keys.join("")).toBe(keys);
      const pages: unknown[] = [];
      for (let offset = 0; offset < data.length; offset += 2) {
        pages.push(...(await caller().find(country, {}, { sort, limit: 2, offset })).keys);
      }
      expect(pages.join("")).toBe(keys);
    });
  });
}

const filledCountries = new WeakMap<Caller, Promise<string>>();

/** A country that holds the data, shared by all tests of a PoP. */
async function filled(caller: Caller): Promise<string> {
  const known = filledCountries.get(caller);
  if (known !== undefined) return known;
  const country = freshCountry();
  const filling = caller.batchWrite(country, data).then(() => country);
  filledCountries.set(caller, filling);
  return filling;
}
