import { describe, expect, it } from "vitest";
import { freshCountry } from "../support/countries.ts";
import { fullRecord } from "../support/records.ts";
import type { GetCaller } from "../support/suite.ts";

export function readSuite(caller: GetCaller): void {
  describe("read", () => {
    it("returns the record that was written", async () => {
      const country = freshCountry();
      const written = await caller().write(country, fullRecord);
      const response = await caller().read(country, fullRecord.record_key);
      expect(response.status).toBe(200);
      expect(response.record).toEqual(written.record);
    });

    it("writes integers beyond 2^53 as JSON integers", async () => {
      const country = freshCountry();
      await caller().write(country, '{"record_key": "k", "range_key1": 9223372036854775807, "range_key2": -0}');
      const { text } = await caller().read(country, "k");
      expect(text).toContain('"range_key1":9223372036854775807,"range_key2":0,');
    });

    it.each(["a key/with slashes", "100%", "ключ?#&", "..", "batchWrite"])("finds the key %s", async (key) => {
      const country = freshCountry();
      await caller().write(country, { record_key: key });
      const response = await caller().send(
        "GET",
        `/v2/storage/records/${country}/${encodeURIComponent(key).replaceAll(".", "%2E")}`,
      );
      // The URL standard resolves "%2E%2E" like "..", so no client can request that key.
      expect(response.status).toBe(key === ".." ? 404 : 200);
    });

    it("returns 404 if the record does not exist, in this country or at all", async () => {
      const country = freshCountry();
      expect((await caller().read(country, "k")).status).toBe(404);
      await caller().write(country, { record_key: "k" });
      for (const [place, key] of [
        [country, "K"],
        [freshCountry(), "k"],
      ] as const) {
        const response = await caller().read(place, key);
        expect([response.status, response.sources]).toEqual([404, ["key"]]);
      }
    });
  });
}
