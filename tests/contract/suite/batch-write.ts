import { limits } from "incountry-storage/protocol";
import { describe, expect, it } from "vitest";
import { freshCountry } from "../support/countries.ts";
import { fullRecord, records } from "../support/records.ts";
import type { GetCaller } from "../support/suite.ts";

export function batchWriteSuite(caller: GetCaller): void {
  describe("batch write", () => {
    it("returns the stored records in the given order", async () => {
      const country = freshCountry();
      const given = records(limits.batchSize).toReversed();
      const response = await caller().batchWrite(country, given);
      expect(response.status).toBe(200);
      expect(response.records.map((record) => record["record_key"])).toEqual(given.map((record) => record.record_key));
      expect((await caller().find(country)).found.data).toEqual(response.records);
    });

    it("stores every field of every record exactly", async () => {
      const country = freshCountry();
      const given = [fullRecord, { ...fullRecord, record_key: "other", range_key1: null }, { record_key: "bare" }];
      const { records: stored } = await caller().batchWrite(country, given);
      expect(stored.slice(0, 2)).toMatchObject(given.slice(0, 2));
      for (const record of stored) {
        expect((await caller().read(country, String(record["record_key"]))).record).toEqual(record);
      }
    });

    it("writes new records and rewrites existing ones together", async () => {
      const country = freshCountry();
      const [first] = (await caller().batchWrite(country, [{ record_key: "old", key1: "x" }])).records;
      const response = await caller().batchWrite(country, [{ record_key: "new" }, { record_key: "old", key2: "y" }]);
      expect(response.records[1]).toMatchObject({ key1: null, key2: "y", created_at: first?.["created_at"] });
      expect(String(response.records[1]?.["updated_at"]) > String(first?.["updated_at"])).toBe(true);
      // A rewrite keeps the position of a record.
      expect((await caller().find(country)).keys).toEqual(["old", "new"]);
    });

    it("stores nothing if one record is invalid, and reports the record and the field", async () => {
      const country = freshCountry();
      const given = [...records(3), { record_key: "x", range_key1: "1", nope: 1 }, 5, { key1: "y" }];
      const response = await caller().batchWrite(country, given);
      expect(response.status).toBe(400);
      expect(response.sources).toEqual(["records.3.nope", "records.3.range_key1", "records.4", "records.5.record_key"]);
      expect((await caller().find(country)).found.meta).toMatchObject({ total: 0 });
    });

    it("rejects a repeated key, since only one of its records could be stored", async () => {
      const country = freshCountry();
      const response = await caller().batchWrite(country, [...records(2), { record_key: "r0000", key1: "x" }]);
      expect([response.status, response.sources]).toEqual([400, ["records.2.record_key"]]);
      expect((await caller().find(country)).found.meta).toMatchObject({ total: 0 });
    });

    it("reports all issues at once: of its keys and of its records", async () => {
      const given = [...records(limits.batchSize - 2), { record_key: "r0000", nope: 1 }, { record_key: "x", key1: 1 }];
      const response = await caller().batchWrite(freshCountry(), given);
      expect(response.status).toBe(400);
      expect(response.sources).toEqual(["records.98.nope", "records.98.record_key", "records.99.key1"]);
    });

    it.each([0, limits.batchSize + 1])("rejects %i records", async (count) => {
      const response = await caller().batchWrite(freshCountry(), records(count));
      expect([response.status, response.sources]).toEqual([400, ["records"]]);
    });

    it.each([{}, { records: null }, { records: {} }, { records: [{ record_key: "k" }], more: 1 }, []])(
      "rejects the body %j",
      async (body) => {
        const path = `/v2/storage/records/${freshCountry()}/batchWrite`;
        expect((await caller().send("POST", path, { body })).status).toBe(400);
      },
    );

    it("applies concurrent, overlapping batches atomically", async () => {
      const country = freshCountry();
      const keys = records(60);
      const batches = Array.from({ length: 8 }, (_, batch) => {
        const order = batch % 2 === 0 ? keys : keys.toReversed();
        return order.map((record) => ({ ...record, key1: `batch ${batch}` }));
      });
      const responses = await Promise.all(batches.map((batch) => caller().batchWrite(country, batch)));
      expect(responses.map((response) => response.status)).toEqual(batches.map(() => 200));
      const { data } = (await caller().find(country)).found;
      expect(data).toHaveLength(60);
      expect(new Set(data.map((record) => record["key1"])).size).toBe(1);
    });
  });
}
