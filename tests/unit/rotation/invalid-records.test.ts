import { describe, expect, it } from "vitest";
import { unique } from "../../support/pop-storage.ts";
import { editPage, type Interceptor, intercept } from "../../support/rotation/intercept.ts";
import { country, group, outcome, rotating, writeAll } from "../../support/rotation/rotating.ts";

describe("a record that violates the protocol", () => {
  it.each<[string, Record<string, unknown>]>([
    ["an invalid date", { expires_at: "never" }],
    ["a fraction", { range_key2: 1.5 }],
    ["a negative version", { version: -1 }],
    ["attachments without a size", { attachments: [{ file_id: "1", filename: "f" }] }],
    ["a body that is not a text", { body: 5 }],
  ])("is reported, and the rotation continues: %s", async (_, change) => {
    const interceptor: Interceptor = async (call, forward) => {
      const response = await forward();
      if (call.operation !== "find") return response;
      return editPage(response, (record) => (record.range_key1 === 1 ? { ...record, ...change } : record));
    };
    const { older, newer } = rotating({ fetch: intercept(interceptor) });
    const ours = group(6);
    await writeAll(older, ours.records);
    const filter = { profileKey: ours.profileKey };
    const rehearsed = await outcome(newer.migrateAll(country, { filter, dryRun: true, pageSize: 2 }));
    const rotated = await outcome(newer.migrateAll(country, { filter, pageSize: 2 }));
    for (const { errors, ...sums } of [rehearsed, rotated]) {
      expect(sums).toStrictEqual({ totalMigrated: 5, totalLeft: 1, total: 6 });
      expect(errors).toMatchObject([{ rawData: { range_key1: 1, ...change }, error: { name: "StorageCryptoError" } }]);
    }
    expect(await newer.migrate(country, { filter })).toMatchObject({ migrated: 0, totalLeft: 1, errors: [{}] });
  });
});

describe("a record that cannot be encrypted", () => {
  it("is reported, also by a dry run, and the rotation continues", async () => {
    const mostCharacters = 500;
    const custom = {
      version: unique("short texts only"),
      isCurrent: true,
      encrypt: (text: string) => {
        if (text.length > mostCharacters) throw new RangeError("too long");
        return text;
      },
      decrypt: (text: string) => text,
    };
    const secrets = {
      currentVersion: 2,
      secrets: [
        { secret: "the first password of the tests", version: 1 },
        { secret: new Uint8Array(32), version: 2, isForCustomEncryption: true },
      ],
    };
    const { older, newer } = rotating({ getSecrets: () => secrets, customEncryptionConfigs: [custom] });
    const ours = group(6);
    const long = { ...ours.records[2], recordKey: `${ours.profileKey}/2`, body: "x".repeat(mostCharacters) };
    await writeAll(older, ours.records.with(2, long));
    const filter = { profileKey: ours.profileKey };
    const rehearsed = await outcome(newer.migrateAll(country, { filter, dryRun: true }));
    const rotated = await outcome(newer.migrateAll(country, { filter, pageSize: 2 }));
    for (const { errors, ...sums } of [rehearsed, rotated]) {
      expect(sums).toStrictEqual({ totalMigrated: 5, totalLeft: 1, total: 6 });
      expect(errors).toMatchObject([{ rawData: { range_key1: 2 }, error: { name: "StorageCryptoError" } }]);
    }
  });
});
