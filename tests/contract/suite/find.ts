import { limits } from "incountry-storage/protocol";
import { describe, expect, it } from "vitest";
import { freshCountry } from "../support/countries.ts";
import { records } from "../support/records.ts";
import type { GetCaller } from "../support/suite.ts";
import { titled } from "../support/titles.ts";

export function findSuite(caller: GetCaller): void {
  describe("find", () => {
    it("returns a page and counts all matches", async () => {
      const country = freshCountry();
      await caller().batchWrite(
        country,
        records(25).map((record, index) => ({ ...record, key1: index < 20 ? "a" : "b" })),
      );
      const response = await caller().find(country, { key1: "a" }, { limit: 7, offset: 14 });
      expect(response.status).toBe(200);
      expect(response.found.meta).toEqual({ count: 6, limit: 7, offset: 14, total: 20 });
      expect(response.keys).toEqual(
        records(20)
          .slice(14)
          .map((record) => record.record_key),
      );
    });

    const pages: readonly (readonly [{ limit: number; offset: number | bigint }, number])[] = [
      [{ limit: 10, offset: 0 }, 10],
      [{ limit: 25, offset: 0 }, 25],
      [{ limit: 10, offset: 20 }, 5],
      [{ limit: 10, offset: 25 }, 0],
      [{ limit: 10, offset: 9_999 }, 0],
      [{ limit: 10, offset: limits.int64Max }, 0],
    ];

    it.each(titled(pages))("counts all matches on the page %s", async (_title, page, count) => {
      const country = freshCountry();
      await caller().batchWrite(country, records(25));
      expect((await caller().find(country, {}, page)).found.meta).toEqual({ ...page, count, total: 25 });
    });

    it("defaults to limit 100, offset 0 and an empty filter", async () => {
      const country = freshCountry();
      await caller().batchWrite(country, records(3));
      for (const body of [{}, { filter: {} }, { options: {} }, { filter: {}, options: { sort: [] } }]) {
        const response = await caller().send("POST", `/v2/storage/records/${country}/find`, { body });
        expect(response.found.meta).toEqual({ count: 3, limit: 100, offset: 0, total: 3 });
      }
    });

    it("pages in the order of the first write, whatever is rewritten meanwhile", async () => {
      const country = freshCountry();
      const all = records(30).toReversed();
      await caller().batchWrite(country, all);
      const seen: unknown[] = [];
      for (let offset = 0; offset < 30; offset += 10) {
        seen.push(...(await caller().find(country, {}, { limit: 10, offset })).keys);
        await caller().batchWrite(
          country,
          all.slice(0, 5).map((record) => ({ ...record, key1: `at ${offset}` })),
        );
      }
      expect(seen).toEqual(all.map((record) => record.record_key));
    });

    it("finds nothing in an empty country", async () => {
      const response = await caller().find(freshCountry(), { key1: "x" });
      expect(response.found).toEqual({ meta: { count: 0, limit: 100, offset: 0, total: 0 }, data: [] });
    });

    const wrong: readonly (readonly [unknown, readonly string[]])[] = [
      [[], ["body"]],
      [{ filter: null }, ["filter"]],
      [{ filter: [] }, ["filter"]],
      [{ filter: {}, more: 1 }, ["more"]],
      [
        { filter: { nope: 1, body: "x", is_encrypted: true, attachments: [] } },
        ["filter.attachments", "filter.body", "filter.is_encrypted", "filter.nope"],
      ],
      [{ filter: { key1: 1 } }, ["filter.key1"]],
      [{ filter: { key1: [] } }, ["filter.key1"]],
      [{ filter: { key1: ["a", 1, null] } }, ["filter.key1.1", "filter.key1.2"]],
      [{ filter: { key1: {} } }, ["filter.key1"]],
      [{ filter: { key1: { $gt: "a" } } }, ["filter.key1.$gt"]],
      [{ filter: { key1: { $not: [] } } }, ["filter.key1.$not"]],
      [{ filter: { key1: { $not: { $not: "a" } } } }, ["filter.key1.$not"]],
      [{ filter: { key1: { $not: 1 } } }, ["filter.key1.$not"]],
      [{ filter: { key1: "NUL \0" } }, ["filter.key1"]],
      [{ filter: { key1: ["\ud800"] } }, ["filter.key1.0"]],
      [{ filter: { range_key1: "1" } }, ["filter.range_key1"]],
      [{ filter: { range_key1: 0.5 } }, ["filter.range_key1"]],
      [{ filter: { range_key1: [1, limits.int64Max + 1n] } }, ["filter.range_key1.1"]],
      [{ filter: { range_key1: { $gt: 1, $gte: 1 } } }, ["filter.range_key1"]],
      [{ filter: { range_key1: { $lt: 1, $lte: 1 } } }, ["filter.range_key1"]],
      [
        { filter: { range_key1: { $gt: 1, $gte: "x", $lt: 1, $lte: 2 } } },
        ["filter.range_key1", "filter.range_key1", "filter.range_key1.$gte"],
      ],
      [{ filter: { range_key1: { $gt: null } } }, ["filter.range_key1.$gt"]],
      [{ filter: { range_key1: { $gt: [1] } } }, ["filter.range_key1.$gt"]],
      [{ filter: { range_key1: { $eq: 1 } } }, ["filter.range_key1.$eq"]],
      [{ filter: { version: -1 } }, ["filter.version"]],
      [{ filter: { expires_at: "soon" } }, ["filter.expires_at"]],
      [{ filter: { expires_at: 1 } }, ["filter.expires_at"]],
      [{ filter: { expires_at: ["2040-01-01T00:00:00Z"] } }, ["filter.expires_at"]],
      [{ filter: { expires_at: { $not: ["2040-01-01T00:00:00Z"] } } }, ["filter.expires_at.$not"]],
      [{ filter: { created_at: null } }, ["filter.created_at"]],
      [{ filter: { updated_at: { $not: "2040-01-01T00:00:00Z" } } }, ["filter.updated_at.$not"]],
      [{ filter: { created_at: { $gt: "0000-01-01T00:00:00Z" } } }, ["filter.created_at.$gt"]],
      [{ filter: { search_keys: "ab" } }, ["filter.search_keys"]],
      [{ filter: { search_keys: "🛂🛂" } }, ["filter.search_keys"]],
      [{ filter: { search_keys: "x".repeat(limits.searchKeysMaxLength + 1) } }, ["filter.search_keys"]],
      [{ filter: { search_keys: ["abc"] } }, ["filter.search_keys"]],
      [{ filter: { search_keys: "abc", key7: "x" } }, ["filter"]],
      [{ filter: { search_keys: "ab", key7: 1 } }, ["filter", "filter.key7", "filter.search_keys"]],
      [{ options: { limit: 0 } }, ["options.limit"]],
      [{ options: { limit: 101 } }, ["options.limit"]],
      [{ options: { limit: 1.5 } }, ["options.limit"]],
      [{ options: { limit: "1" } }, ["options.limit"]],
      [{ options: { offset: -1 } }, ["options.offset"]],
      [{ options: { offset: null } }, ["options.offset"]],
      [{ options: { page: 1 } }, ["options.page"]],
      [{ options: { sort: { key1: "asc" } } }, ["options.sort"]],
      [{ options: { sort: [{}] } }, ["options.sort.0"]],
      [{ options: { sort: [{ key1: "asc", key2: "asc" }] } }, ["options.sort.0"]],
      [{ options: { sort: ["key1"] } }, ["options.sort.0"]],
      [{ options: { sort: [{ key1: "up" }] } }, ["options.sort.0.key1"]],
      [
        { options: { sort: [{ key1: "asc" }, { record_key: "asc" }, { body: "asc" }, { version: "asc" }] } },
        ["options.sort.1", "options.sort.2", "options.sort.3"],
      ],
    ];

    it.each(titled(wrong))("rejects %s", async (_title, body, sources) => {
      const response = await caller().send("POST", `/v2/storage/records/${freshCountry()}/find`, { body });
      expect([response.status, response.sources]).toEqual([400, sources]);
    });
  });
}
