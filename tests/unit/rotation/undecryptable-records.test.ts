import { StorageCryptoError } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { country, group, outcome, readAll, rotating, told, writeAll } from "../../support/rotation/rotating.ts";

describe("records that fail to decrypt", () => {
  it("among others do not stop a rotation: 300 of 1,000", async () => {
    const { older, newer, foreign } = rotating();
    const ours = group(1000);
    await writeAll(older, ours.records.slice(0, 350));
    await writeAll(
      foreign,
      ours.records.slice(350, 650).map((record) => ({ ...record, rangeKey2: 9223372036854775807n })),
    );
    await writeAll(older, ours.records.slice(650));
    const filter = { profileKey: ours.profileKey };
    const before = await foreign.find(country, { ...filter, rangeKey1: 400 });
    const { errors, ...sums } = await outcome(newer.migrateAll(country, { filter }));
    expect(sums).toStrictEqual({ totalMigrated: 700, totalLeft: 300, total: 1000 });
    expect(errors).toHaveLength(300);
    expect(errors.every(({ error }) => error instanceof StorageCryptoError)).toBe(true);
    const numbers = errors.map(({ rawData }) => Reflect.get(Object(rawData), "range_key1"));
    expect(new Set(numbers)).toStrictEqual(new Set(Array.from({ length: 300 }, (_, index) => 350 + index)));
    expect(errors[0]?.rawData).toMatchObject({ version: 1, range_key2: 9223372036854775807n });
    expect((await newer.find(country, { ...filter, version: 2 }, { limit: 1 })).meta.total).toBe(700);
    expect(await foreign.find(country, { ...filter, rangeKey1: 400 })).toStrictEqual(before);
  });

  it("are reported again when the rotation restarts, and all others are rotated", async () => {
    const { older, newer, foreign } = rotating();
    const ours = group(30);
    await writeAll(foreign, ours.records.slice(0, 20));
    await writeAll(older, ours.records.slice(20));
    const filter = { profileKey: ours.profileKey };
    expect(await outcome(newer.migrateAll(country, { filter, pageSize: 7 }))).toMatchObject({ totalMigrated: 10 });
    const again = await told(newer.migrateAll(country, { filter, pageSize: 7 }));
    expect(again.flatMap(({ errors = [] }) => errors)).toHaveLength(20);
    expect(again.at(-1)).toMatchObject({ totalMigrated: 0, totalLeft: 20, total: 20 });
  });

  it("because their version is missing name it", async () => {
    const { older } = rotating();
    const ours = group(2);
    await writeAll(older, ours.records);
    const { newer } = rotating({
      getSecrets: () => ({ currentVersion: 7, secrets: [{ secret: "the seventh of the tests", version: 7 }] }),
    });
    const { errors } = await outcome(newer.migrateAll(country, { filter: { profileKey: ours.profileKey } }));
    expect(errors.map(({ error }) => error.message)).toStrictEqual(
      Array(2).fill(
        "The record was encrypted with the secret of version 1, which getSecrets() did not return: add it to the secrets.",
      ),
    );
  });

  it("on the first page stop the progress of migrate, but not of migrateAll", async () => {
    const { older, newer, foreign } = rotating();
    const ours = group(20);
    await writeAll(foreign, ours.records.slice(0, 10));
    await writeAll(older, ours.records.slice(10));
    const filter = { profileKey: ours.profileKey };
    const stuck = await newer.migrate(country, { filter, limit: 10 });
    expect(stuck).toMatchObject({ migrated: 0, totalLeft: 20 });
    expect(stuck.errors).toHaveLength(10);
    expect(await outcome(newer.migrateAll(country, { filter, pageSize: 10 }))).toMatchObject({ totalMigrated: 10 });
    expect((await newer.find(country, { ...filter, version: 2 }, { limit: 1 })).meta.total).toBe(10);
  });
});

describe("migrate", () => {
  it("rotates one page per call, until nothing is left", async () => {
    const { older, newer } = rotating();
    const ours = group(25);
    await writeAll(older, ours.records);
    const filter = { profileKey: ours.profileKey };
    expect(await newer.migrate(country, { filter, limit: 10 })).toStrictEqual({ migrated: 10, totalLeft: 15 });
    expect(await newer.migrate(country, { filter, limit: 10 })).toStrictEqual({ migrated: 10, totalLeft: 5 });
    expect(await newer.migrate(country, { filter, limit: 10 })).toStrictEqual({ migrated: 5, totalLeft: 0 });
    expect(await newer.migrate(country, { filter })).toStrictEqual({ migrated: 0, totalLeft: 0 });
    expect(await readAll(newer, ours)).toStrictEqual(ours.records.map(({ body }) => ({ version: 2, body })));
  });

  it("finds nothing to rotate if the filter has the current version", async () => {
    const { newer } = rotating();
    const ours = group(3);
    await writeAll(newer, ours.records);
    const result = await newer.migrate(country, { filter: { profileKey: ours.profileKey, version: 2 } });
    expect(result).toStrictEqual({ migrated: 0, totalLeft: 0 });
  });
});
