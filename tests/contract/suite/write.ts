import { fieldEntries, limits } from "incountry-storage/protocol";
import { describe, expect, it } from "vitest";
import { freshCountry } from "../support/countries.ts";
import { fullRecord, future } from "../support/records.ts";
import type { GetCaller } from "../support/suite.ts";
import { titled } from "../support/titles.ts";

export function writeSuite(caller: GetCaller): void {
  describe("write", () => {
    it("returns the stored record: every field, as given", async () => {
      const response = await caller().write(freshCountry(), fullRecord);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("application/json");
      const { created_at: createdAt, updated_at: updatedAt, ...rest } = response.record;
      expect(rest).toEqual({ ...fullRecord, attachments: [] });
      expect(createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(updatedAt).toBe(createdAt);
    });

    it("returns null for omitted fields, and stores them as null", async () => {
      const country = freshCountry();
      const { record } = await caller().write(country, { record_key: "bare" });
      expect(Object.keys(record)).toEqual(fieldEntries.map((entry) => entry.wire));
      const set = Object.entries(record).filter(([, value]) => value !== null);
      expect(set.map(([name]) => name)).toEqual(["record_key", "version", "created_at", "updated_at", "attachments"]);
      expect((await caller().read(country, "bare")).record).toEqual(record);
    });

    it("distinguishes null, the empty string, and any other text", async () => {
      const country = freshCountry();
      const texts = {
        body: "",
        precommit_body: null,
        key1: "",
        key2: null,
        key3: "🛂 Zoë\u2028\\ \" \u0001\uffff %_'",
      };
      await caller().write(country, { record_key: "texts", ...texts });
      expect((await caller().read(country, "texts")).record).toMatchObject(texts);
    });

    it("replaces every writable field on a rewrite, keeps created_at and moves updated_at forward", async () => {
      const country = freshCountry();
      let before = (await caller().write(country, fullRecord)).record;
      for (const body of ["one", "two", "three"]) {
        const after = (await caller().write(country, { record_key: fullRecord.record_key, body })).record;
        expect(after).toMatchObject({ body, key1: null, range_key1: null, expires_at: null, is_encrypted: null });
        expect(after["created_at"]).toBe(before["created_at"]);
        expect(String(after["updated_at"]) > String(before["updated_at"])).toBe(true);
        before = after;
      }
      expect((await caller().find(country)).found.meta).toMatchObject({ total: 1 });
    });

    it("ignores the case of the country", async () => {
      const country = freshCountry();
      await caller().write(country.toUpperCase(), { record_key: "k" });
      expect((await caller().read(country, "k")).status).toBe(200);
    });

    it.each([
      ["2040-01-02T03:04:05Z", "2040-01-02T03:04:05.000Z"],
      ["2040-01-02T03:04Z", "2040-01-02T03:04:00.000Z"],
      ["2040-01-02T03:04:05.678901+00:00", "2040-01-02T03:04:05.678Z"],
      ["2040-01-02T03:04:05+0530", "2040-01-01T21:34:05.000Z"],
      ["2040-02-29T23:59:59.999-01:00", "2040-03-01T00:59:59.999Z"],
    ])("parses the date %s", async (given, kept) => {
      const response = await caller().write(freshCountry(), { record_key: "k", expires_at: given });
      expect(response.record["expires_at"]).toBe(kept);
    });

    const wrongFields: readonly (readonly [string, unknown])[] = [
      ["record_key", null],
      ["record_key", ""],
      ["record_key", 5],
      ["record_key", "a".repeat(limits.plainSearchKeyLength + 1)],
      ["key1", 1],
      ["key1", "NUL \0"],
      ["key1", "\ud800 half a pair"],
      ["key20", "x".repeat(limits.plainSearchKeyLength + 1)],
      ["key20", "🛂".repeat(limits.plainSearchKeyLength + 1)],
      ["body", { an: "object" }],
      ["body", "NUL \0"],
      ["precommit_body", "half a pair \udfff"],
      ["profile_key", ["a list"]],
      ["range_key1", "1"],
      ["range_key1", 1.5],
      ["range_key1", true],
      ["range_key10", limits.int64Max + 1n],
      ["range_key10", limits.int64Min - 1n],
      ["version", -1],
      ["version", null],
      ["version", "1"],
      ["is_encrypted", "true"],
      ["is_encrypted", 1],
      ["expires_at", "2001-01-01T00:00:00.000Z"],
      ["expires_at", 2_000_000_000],
      ["expires_at", "tomorrow"],
      ["expires_at", "2040-02-30T00:00:00Z"],
      ["expires_at", "2040-01-01T25:00:00Z"],
      ["expires_at", "2040-01-01"],
      ["expires_at", "2040-01-01T00:00:00"],
      ["created_at", "2040-01-01T00:00:00Z"],
      ["updated_at", null],
      ["attachments", []],
      ["if_match", "2040-01-01T00:00:00Z"],
      ["rangeKey1", 1],
      ["key21", "x"],
      ["constructor", "x"],
    ];

    const wrongValues = wrongFields.map(([field, value]) => [{ [field]: value }, field] as const);

    it.each(titled(wrongValues))("rejects %s, and stores nothing", async (_title, wrong, field) => {
      const country = freshCountry();
      const response = await caller().write(country, { record_key: "k", ...wrong });
      expect(response.status).toBe(400);
      expect(response.errors).toEqual([
        { status: 400, title: "Bad Request", detail: expect.stringContaining(field), source: field },
      ]);
      expect((await caller().find(country)).found.meta).toMatchObject({ total: 0 });
    });

    it("accepts the longest search keys, counted in code points", async () => {
      const key1 = "🛂".repeat(limits.plainSearchKeyLength);
      expect((await caller().write(freshCountry(), { record_key: "k", key1 })).record["key1"]).toBe(key1);
    });

    it("reports every issue", async () => {
      const wrong = { key1: 1, range_key1: 1.5, nope: 1, also_not: 2, created_at: "x" };
      const response = await caller().write(freshCountry(), wrong);
      expect(response.sources).toEqual(["also_not", "created_at", "key1", "nope", "range_key1", "record_key"]);
    });

    it.each(["[]", "null", '"text"', "5", "{", "", '{"record_key":"k"} x'])("rejects the body %s", async (body) => {
      const response = await caller().write(freshCountry(), body);
      expect([response.status, response.sources]).toEqual([400, ["body"]]);
    });

    it("rejects an invalid country", async () => {
      for (const country of ["deu", "d", "d1", "d%20"]) {
        const response = await caller().write(country, { record_key: "k" });
        expect([response.status, response.sources]).toEqual([400, ["country"]]);
      }
    });

    it("accepts an expiry in the future, but not now", async () => {
      const country = freshCountry();
      expect((await caller().write(country, { record_key: "k", expires_at: future(-1) })).status).toBe(400);
      expect((await caller().write(country, { record_key: "k", expires_at: future(60_000) })).status).toBe(200);
    });
  });
}
