import { limits } from "incountry-storage/protocol";
import { describe, expect, it } from "vitest";
import { freshCountry } from "../support/countries.ts";
import { records } from "../support/records.ts";
import type { GetCaller } from "../support/suite.ts";
import { titled } from "../support/titles.ts";

export function deleteSuite(caller: GetCaller): void {
  describe("delete", () => {
    it("deletes the given record and no other", async () => {
      const country = freshCountry();
      await caller().batchWrite(country, records(3));
      expect((await caller().delete(country, "r0001")).status).toBe(200);
      expect((await caller().find(country)).keys).toEqual(["r0000", "r0002"]);
    });

    it("returns 404 if the record does not exist, also the second time", async () => {
      const country = freshCountry();
      await caller().write(country, { record_key: "k" });
      expect((await caller().delete(country, "other")).status).toBe(404);
      expect((await caller().delete(freshCountry(), "k")).status).toBe(404);
      expect((await caller().delete(country, "k")).status).toBe(200);
      const again = await caller().delete(country, "k");
      expect([again.status, again.sources]).toEqual([404, ["key"]]);
    });

    it("makes the key available for a new record", async () => {
      const country = freshCountry();
      const first = (await caller().write(country, { record_key: "k", key1: "x" })).record;
      await caller().delete(country, "k");
      const second = (await caller().write(country, { record_key: "k" })).record;
      expect(second["key1"]).toBeNull();
      expect(second["created_at"]).toBe(second["updated_at"]);
      expect(String(second["created_at"]) >= String(first["created_at"])).toBe(true);
    });
  });

  describe("batch delete", () => {
    it("deletes the records with the given keys, and ignores unknown keys", async () => {
      const country = freshCountry();
      await caller().batchWrite(country, records(5));
      const response = await caller().batchDelete(country, ["r0001", "r0003", "r0003", "no such key"]);
      expect(response.status).toBe(200);
      expect((await caller().find(country)).keys).toEqual(["r0000", "r0002", "r0004"]);
      expect((await caller().batchDelete(country, ["no such key"])).status).toBe(200);
    });

    it("deletes a full batch", async () => {
      const country = freshCountry();
      const keys = records(limits.batchSize);
      await caller().batchWrite(country, keys);
      await caller().batchDelete(
        country,
        keys.map((record) => record.record_key),
      );
      expect((await caller().find(country)).found.meta).toMatchObject({ total: 0 });
    });

    const wrong: readonly (readonly [unknown, readonly string[]])[] = [
      [{}, ["filter"]],
      [{ filter: {} }, ["filter.record_key"]],
      [{ filter: { record_key: [] } }, ["filter.record_key"]],
      [{ filter: { record_key: "k" } }, ["filter.record_key"]],
      [{ filter: { record_key: ["k", null, ""] } }, ["filter.record_key.1", "filter.record_key.2"]],
      [{ filter: { record_key: ["k"], key1: "x" } }, ["filter.key1"]],
      [{ filter: { record_key: ["k"] }, options: {} }, ["options"]],
      [
        { filter: { record_key: records(limits.batchSize + 1).map((record) => record.record_key) } },
        ["filter.record_key"],
      ],
      [
        { filter: { record_key: [5, ...records(limits.batchSize).map((record) => record.record_key)] } },
        ["filter.record_key"],
      ],
    ];

    it.each(titled(wrong))("rejects %s", async (_title, body, sources) => {
      const country = freshCountry();
      await caller().write(country, { record_key: "k" });
      const response = await caller().send("POST", `/v2/storage/records/${country}/batchDelete`, { body });
      expect([response.status, response.sources]).toEqual([400, sources]);
      expect((await caller().read(country, "k")).status).toBe(200);
    });
  });
}
