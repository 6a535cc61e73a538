import { stringifyJson } from "incountry-storage/protocol";
import { describe, expect, it } from "vitest";
import {
  encodedBody,
  hostilePop,
  hostileStorage,
  json,
  pageOf,
  sentRecords,
} from "../../support/hostile/hostile-pop.ts";
import { sealText } from "../../support/hostile/seal-text.ts";
import { errorResponse } from "../../support/rotation/intercept.ts";
import { country, outcome } from "../../support/rotation/rotating.ts";
import { secrets } from "../../support/rotation/secrets.ts";

/** Not an envelope, so it decrypts as the body of any record. */
const sealedText = sealText("a text");

/** Record keys that would backtrack exponentially as patterns, each with a text to search. */
const patterns: readonly (readonly [key: string, text: string])[] = [
  ["(a+)+$", `${"a".repeat(60)}!`],
  ["(a|a)*$", `${"a".repeat(60)}!`],
  [`${"(".repeat(20)}a*${")*".repeat(20)}$`, `${"a".repeat(60)}!`],
  ["(\\w+\\s?)+:::", "a".repeat(200)],
  ["(?:a?){40}a{40}".padEnd(40, "a"), "a".repeat(39)],
  ["^(([a-z])+.)+[A-Z]([a-z])+$", "a".repeat(80)],
  ["x{0,65535}x{0,65535}x{0,65535}!", "x".repeat(2_000)],
  ["(", "("],
  ["[", "["],
  ["a{2,1}", "a"],
  ["\\", "\\"],
  ["(?<name>", "name"],
  ["a".repeat(1_000_000), "b".repeat(500)],
  ["*".repeat(40), "*".repeat(500)],
];

/** Part of the check: a pattern that backtracks takes longer. */
const timeout = 120_000;

describe("a record key from the PoP that is a pattern", () => {
  it.each(patterns)(
    "is never used as one by a rotation, though it is in a 412 (%#)",
    { timeout },
    async (key, text) => {
      const record = stringifyJson({
        record_key: key,
        version: 1,
        body: await sealedText,
        updated_at: "2026-01-01T00:00:00Z",
      });
      const pop = hostilePop((call) => {
        if (call.operation === "find") return json(pageOf([record]));
        return sentRecords(call).length > 0 ? errorResponse(412, [text, "records.x"], text) : json("{}", 400);
      });
      const storage = hostileStorage(pop, { getSecrets: () => secrets.after });
      const { migrated } = await storage.migrate(country);
      expect(migrated).toBe(0);
      const { totalMigrated } = await outcome(storage.migrateAll(country));
      expect(totalMigrated).toBe(0);
      // A write to it shows that the response with the text was parsed.
      expect(pop.calls.some(({ operation }) => operation === "batchWrite")).toBe(true);
    },
  );

  it.each(patterns)("is never used as one on reading (%#)", async (key) => {
    const record = stringifyJson({ record_key: key, version: 0, body: encodedBody("x") });
    const pop = hostilePop(({ operation }) => json(operation === "find" ? pageOf([record, record]) : record));
    const storage = hostileStorage(pop);
    const { records } = await storage.find(country, { profileKey: null });
    expect(records.length).toBeLessThanOrEqual(2);
    const outcome: unknown = await storage.read(country, "a key").catch((error: unknown) => error);
    expect(outcome).toMatchObject({ name: "StorageIntegrityError" });
  });
});

describe("a field from the PoP that is a pattern", () => {
  it.each(patterns)("is never used as one (%#)", { timeout }, async (name, text) => {
    const body = await sealedText;
    const record = (index: number): string =>
      stringifyJson({ record_key: String(index).repeat(64), version: 1, body, [name]: text });
    const pop = hostilePop((call) => {
      if (call.operation === "find") return json(pageOf([record(1), record(2)]));
      return errorResponse(400, [`records.0.${name}`, `records.1.${name}`, name, text], text);
    });
    const storage = hostileStorage(pop, { getSecrets: () => secrets.after });
    const { migrated, errors = [] } = await storage.migrate(country);
    expect(migrated).toBe(0);
    expect(errors).toHaveLength(2);
  });
});
