import { StorageCryptoError } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { rejection } from "../../support/faults/fault-storage.ts";
import { encoded } from "../../support/hostile/hostile-pop.ts";
import { sealText } from "../../support/hostile/seal-text.ts";
import { popStorage, unique } from "../../support/pop-storage.ts";
import { country, outcome } from "../../support/rotation/rotating.ts";
import { secrets } from "../../support/rotation/secrets.ts";
import { stored, uniqueNumber, writing } from "../../support/storage/tampering.ts";

const before = { getSecrets: () => secrets.before };
const after = { getSecrets: () => secrets.after };
const depth = 30_000;
const deepLists = `${"[".repeat(depth)}${"]".repeat(depth)}`;
const deepObjects = `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

/** Envelopes that are disproportionately expensive to parse. */
const envelopes: Readonly<Record<string, string>> = {
  "a payload of lists, 30,000 deep": `{"meta":{},"payload":${deepLists}}`,
  "a payload of objects, 30,000 deep": `{"meta":{},"payload":${deepObjects}}`,
  "a deep payload with an integer that needs exactness": `{"meta":{},"payload":[9007199254740993,${deepLists}]}`,
  "keys, 30,000 deep": `{"meta":{"record_key":${deepLists}},"payload":"x"}`,
  "an unknown member, 30,000 deep": `{"x":${deepLists},"meta":{},"payload":"x"}`,
  "a payload that is an integer of a million digits": `{"meta":{},"payload":${"7".repeat(1_000_000)}}`,
  "a payload of a mebibyte of empty lists": `{"meta":{},"payload":[${"[],".repeat(350_000)}1]}`,
};

const writers: Readonly<Record<string, (text: string) => Promise<string>>> = {
  readable: async (text) => encoded(text),
  encrypted: sealText,
};

/** Three records; the body of the second is forged. */
async function written(body: string): Promise<{ rangeKey1: bigint; recordKeys: string[] }> {
  const rangeKey1 = uniqueNumber();
  const recordKeys = ["first", "nested", "last"].map(unique);
  for (const [rangeKey2, recordKey] of recordKeys.entries()) {
    const fetch = writing((wire) => (rangeKey2 === 1 ? { ...wire, body } : wire));
    await popStorage({ ...before, fetch }).write(country, { recordKey, rangeKey1, rangeKey2, body: "body" });
  }
  return { rangeKey1, recordKeys };
}

const sort = [{ rangeKey2: "asc" as const }];

describe.each(Object.entries(writers))("one record of a page with an %s body", (_, write) => {
  it.each(Object.entries(envelopes))("with %s does not keep other records from being read", async (__, text) => {
    const { rangeKey1, recordKeys } = await written(await write(text));
    const storage = popStorage(after);
    const { records, errors = [] } = await storage.find(country, { rangeKey1 }, { sort });
    expect(records.map(({ rangeKey2 }) => rangeKey2)).toStrictEqual([0, 2]);
    expect(errors).toMatchObject([{ rawData: { range_key2: 1 }, error: expect.any(StorageCryptoError) }]);

    const found: unknown[] = [];
    const refused: unknown[] = [];
    const onError = ({ error }: { error: unknown }): void => void refused.push(error);
    for await (const { rangeKey2 } of storage.findAll(country, { rangeKey1 }, { sort, onError })) found.push(rangeKey2);
    expect(found).toStrictEqual([0, 2]);
    expect(refused).toStrictEqual([expect.any(StorageCryptoError)]);
    expect(await rejection(storage.read(country, recordKeys[1] ?? ""))).toBeInstanceOf(StorageCryptoError);
  });

  it.each(Object.entries(envelopes))("with %s does not keep other records from being rotated", async (__, text) => {
    const { rangeKey1 } = await written(await write(text));
    const [, nested] = await stored(rangeKey1, before);
    const storage = popStorage(after);
    const rehearsed = await outcome(storage.migrateAll(country, { filter: { rangeKey1 }, dryRun: true }));
    const rotated = await outcome(storage.migrateAll(country, { filter: { rangeKey1 } }));
    for (const { totalMigrated, totalLeft, errors } of [rehearsed, rotated]) {
      expect({ totalMigrated, totalLeft }).toStrictEqual({ totalMigrated: 2, totalLeft: 1 });
      expect(errors).toMatchObject([{ rawData: { range_key2: 1 }, error: expect.any(StorageCryptoError) }]);
    }
    expect(await storage.migrate(country, { filter: { rangeKey1 } })).toMatchObject({
      migrated: 0,
      totalLeft: 1,
      errors: [{}],
    });
    expect((await stored(rangeKey1, before))[1]).toStrictEqual(nested);
  });
});

describe("a nested body that is not an envelope", () => {
  it.each(Object.entries(writers))("is the whole body, however deep: %s", async (_, write) => {
    const { rangeKey1 } = await written(await write(deepLists));
    const { records, errors } = await popStorage(after).find(country, { rangeKey1 }, { sort });
    expect(errors).toBeUndefined();
    expect(records[1]?.body).toBe(deepLists);
  });

  it("of the caller round-trips", async () => {
    const recordKey = unique("nested");
    const storage = popStorage();
    for (const body of [deepLists, deepObjects, `{"meta":{},"payload":${deepLists}}`]) {
      await storage.write(country, { recordKey, body });
      expect((await storage.read(country, recordKey)).record.body).toBe(body);
    }
  });

  it("of another writer is its JSON if it is a payload of limited depth", async () => {
    const payload = `${"[".repeat(50)}9007199254740993${"]".repeat(50)}`;
    const { rangeKey1 } = await written(await sealText(`{"meta":{},"payload":${payload}}`));
    const { records } = await popStorage(after).find(country, { rangeKey1 }, { sort });
    expect(records[1]?.body).toBe(payload);
  });
});
