import { describe, expect, it } from "vitest";
import { freshCountry } from "../support/countries.ts";
import { records } from "../support/records.ts";
import type { GetCaller } from "../support/suite.ts";

export function conditionalWritesSuite(caller: GetCaller): void {
  describe("conditional writes", () => {
    it("write if the record is unchanged since it was read", async () => {
      const country = freshCountry();
      const { record: first } = await caller().write(country, { record_key: "k" });
      const second = await caller().write(country, { record_key: "k" }, { "if-match": String(first["updated_at"]) });
      expect(second.status).toBe(200);
      const third = await caller().write(
        country,
        { record_key: "k", key1: "x" },
        { "if-match": JSON.stringify(second.record["updated_at"]) },
      );
      expect(third.record["key1"]).toBe("x");
    });

    it("are rejected with 412 if the record has changed, and store nothing", async () => {
      const country = freshCountry();
      const { record: first } = await caller().write(country, { record_key: "k" });
      const { record: second } = await caller().write(country, { record_key: "k" });
      const late = await caller().write(
        country,
        { record_key: "k", key1: "late" },
        { "if-match": String(first["updated_at"]) },
      );
      expect(late.status).toBe(412);
      expect(late.errors).toMatchObject([{ status: 412, title: "Precondition Failed", source: "if-match" }]);
      expect((await caller().read(country, "k")).record).toEqual(second);
    });

    it("are rejected with 412 if the record does not exist, and create none", async () => {
      const country = freshCountry();
      const response = await caller().write(country, { record_key: "k" }, { "if-match": "2026-01-01T00:00:00.000Z" });
      expect(response.status).toBe(412);
      expect((await caller().read(country, "k")).status).toBe(404);
    });

    it.each(["*", "yesterday", '"x"', ""])("are rejected with 400 for the condition %j", async (condition) => {
      const response = await caller().write(freshCountry(), { record_key: "k" }, { "if-match": condition });
      expect([response.status, response.sources]).toEqual([400, ["if-match"]]);
    });

    it("report issues of the condition together with those of the record", async () => {
      const headers = { "if-match": "yesterday" };
      const response = await caller().write(freshCountry(), { key1: 1 }, headers);
      expect([response.status, response.sources]).toEqual([400, ["if-match", "key1", "record_key"]]);
      expect((await caller().write(freshCountry(), "{", headers)).sources).toEqual(["body", "if-match"]);
      expect((await caller().write(freshCountry(), "{}", { ...headers, "content-type": "text/plain" })).status).toBe(
        415,
      );
    });

    it("in a batch are all or nothing, and report the keys that have changed", async () => {
      const country = freshCountry();
      const { records: stored } = await caller().batchWrite(country, records(4));
      const conditional = stored.map(({ record_key, updated_at }) => ({ record_key, key1: "x", if_match: updated_at }));
      await caller().write(country, { record_key: "r0001" });
      await caller().delete(country, "r0003");
      const response = await caller().batchWrite(country, [...conditional, { record_key: "unconditional" }]);
      expect(response.status).toBe(412);
      expect(response.sources).toEqual(["records.1.if_match", "records.3.if_match"]);
      expect(response.errors.map(({ detail }) => /r000\d/.exec(detail)?.[0])).toEqual(["r0001", "r0003"]);
      const { data } = (await caller().find(country)).found;
      expect(data.map(({ record_key, key1 }) => [record_key, key1])).toEqual([
        ["r0000", null],
        ["r0001", null],
        ["r0002", null],
      ]);

      const kept = conditional.filter(({ record_key }) => record_key === "r0000" || record_key === "r0002");
      const again = await caller().batchWrite(country, [
        ...kept,
        { record_key: "new" },
        { record_key: "newer", if_match: null },
      ]);
      expect(again.records.map(({ key1 }) => key1)).toEqual(["x", "x", null, null]);
      expect(again.records[0]).not.toHaveProperty("if_match");
    });

    it("in a batch are rejected if a condition is not a date", async () => {
      const response = await caller().batchWrite(freshCountry(), [{ record_key: "k", if_match: "now" }]);
      expect([response.status, response.sources]).toEqual([400, ["records.0.if_match"]]);
    });

    it("accept one of many writers that all read the same version", async () => {
      const country = freshCountry();
      const { record } = await caller().write(country, { record_key: "k" });
      const headers = { "if-match": String(record["updated_at"]) };
      const writers = Array.from({ length: 10 }, (_, index) => `writer ${index}`);
      const responses = await Promise.all(
        writers.map((key1) => caller().write(country, { record_key: "k", key1 }, headers)),
      );
      const statuses = responses.map((response) => response.status).toSorted((one, other) => one - other);
      expect(statuses).toEqual([200, ...Array.from({ length: 9 }, () => 412)]);
      const winner = responses.find((response) => response.status === 200);
      expect((await caller().read(country, "k")).record).toEqual(winner?.record);
    });
  });
}
