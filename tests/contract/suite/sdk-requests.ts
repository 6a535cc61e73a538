import { readFileSync } from "node:fs";
import { parseJson } from "incountry-storage/protocol";
import { array, parse, record, string, unknown } from "valibot";
import { describe, expect, it } from "vitest";
import { freshCountry } from "../support/countries.ts";
import type { GetCaller } from "../support/suite.ts";

const fixture = new URL("../../support/fixtures/records.json", import.meta.url);
const vectors = parse(array(record(string(), unknown())), parseJson(readFileSync(fixture, "utf8"))).map((vector) =>
  parse(record(string(), unknown()), vector["wire"]),
);

/** The requests of the deployed SDKs, as PROTOCOL.md describes them. */
export function sdkRequestsSuite(caller: GetCaller): void {
  describe("requests of deployed SDKs", () => {
    it("store every record of the Python SDK, byte for byte", async () => {
      const country = freshCountry();
      for (const wire of vectors) {
        expect(wire).not.toHaveProperty("is_encrypted");
        const response = await caller().write(country, wire, {
          "content-type": "application/json",
          "user-agent": "SDK-Python/3.3.0",
        });
        expect(response.status).toBe(200);
        expect(response.record).toMatchObject(wire);
        expect((await caller().read(country, String(wire["record_key"]))).record).toEqual(response.record);
      }
      expect(vectors.length).toBeGreaterThan(10);
    });

    it("by the Node.js SDK to write, batch, find and delete succeed", async () => {
      const country = freshCountry();
      const sent = {
        record_key: "09e674e75cdc4d987a488405617b42458fe4eaaf28626365a92719a50419edcd",
        version: 0,
        is_encrypted: true,
        body: "2:c2VhbGVk",
        key1: "28542617dee0f8443e0dab532d53b6b3c607707fe42a8ec73bd085c5053ef9a2",
        range_key1: 42,
      };
      const headers = { "content-type": "application/json;charset=utf-8", accept: "application/json, text/plain, */*" };
      expect((await caller().write(country, sent, headers)).record).toMatchObject(sent);
      const batch = await caller().send("POST", `/v2/storage/records/${country}/batchWrite`, {
        body: { records: [sent] },
        headers,
      });
      expect(batch.records).toMatchObject([sent]);
      const found = await caller().find(
        country,
        { key1: { $not: null }, range_key1: { $gte: 42 } },
        { limit: 100, offset: 0 },
      );
      expect(found.found).toMatchObject({ meta: { count: 1, limit: 100, offset: 0, total: 1 }, data: [sent] });
      expect((await caller().delete(country, sent.record_key)).status).toBe(200);
    });

    it("rotate records: results of find are written back without the PoP's own fields", async () => {
      const country = freshCountry();
      await caller().batchWrite(
        country,
        vectors.slice(0, 5).map((wire, index) => ({ ...wire, record_key: `${index}` })),
      );
      const { data } = (await caller().find(country, { version: { $not: 77 } })).found;
      const rotated = data.map(({ created_at: _created, updated_at: _updated, attachments: _files, ...rest }) => ({
        ...rest,
        version: 77,
      }));
      expect((await caller().batchWrite(country, rotated)).records).toMatchObject(rotated);
      expect((await caller().find(country, { version: { $not: 77 } })).found.meta).toMatchObject({ total: 0 });
    });
  });
}
