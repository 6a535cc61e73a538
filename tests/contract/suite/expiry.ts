import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { freshCountry } from "../support/countries.ts";
import { future } from "../support/records.ts";
import type { GetCaller } from "../support/suite.ts";

export function expirySuite(caller: GetCaller): void {
  describe("expiry", () => {
    it("removes a record from every response at once", async () => {
      const country = freshCountry();
      const [first, other] = ["first", "other"];
      const expires_at = future(3_000);
      const { records } = await caller().batchWrite(country, [
        { record_key: first, key1: "x", expires_at },
        { record_key: other, expires_at },
        { record_key: "stays", key1: "x", expires_at: future(3_600_000) },
      ]);
      expect((await caller().find(country, { key1: "x" })).keys).toEqual([first, "stays"]);
      await wait(Date.parse(expires_at) - Date.now() + 20);

      expect((await caller().read(country, first)).status).toBe(404);
      expect((await caller().find(country, { key1: "x" })).found.meta).toMatchObject({ count: 1, total: 1 });
      expect((await caller().find(country, {}, { limit: 1 })).found.meta).toMatchObject({ count: 1, total: 1 });
      expect((await caller().delete(country, first)).status).toBe(404);
      const condition = { "if-match": String(records[0]?.["updated_at"]) };
      expect((await caller().write(country, { record_key: first }, condition)).status).toBe(412);

      const { record } = await caller().write(country, { record_key: first });
      expect(record["created_at"]).toBe(record["updated_at"]);
      expect(String(record["created_at"]) > expires_at).toBe(true);
    });
  });
}
