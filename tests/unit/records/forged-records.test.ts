import type { FindFilter, RecordInput } from "incountry-storage";
import { looseObject, parse, unknown } from "valibot";
import { describe, expect, it } from "vitest";
import { rejection } from "../../support/faults/fault-storage.ts";
import { popStorage, unique } from "../../support/pop-storage.ts";
import { editPage, intercept } from "../../support/rotation/intercept.ts";
import { country } from "../../support/rotation/rotating.ts";
import { responding, uniqueNumber, type Wire } from "../../support/storage/tampering.ts";

const encoded = (text: string): string => `pt:${btoa(text)}`;

async function written(fields: Partial<RecordInput> = {}): Promise<{ recordKey: string; rangeKey1: bigint }> {
  const record = { recordKey: unique("genuine"), rangeKey1: uniqueNumber() };
  await popStorage().write(country, { body: "genuine", ...fields, ...record });
  return record;
}

const forgingStorage = (change: (record: Wire) => Wire) => popStorage({ fetch: responding(change) });

describe("a readable body in the place of an encrypted one", () => {
  it.each([true, false, null])("is not reported as encrypted if the PoP returns is_encrypted: %s", async (reported) => {
    const { recordKey, rangeKey1 } = await written();
    const envelope = JSON.stringify({ meta: { record_key: recordKey }, payload: "forged" });
    const storage = forgingStorage((record) => ({ ...record, body: encoded(envelope), is_encrypted: reported }));
    const forged = { body: "forged", isEncrypted: false };
    expect((await storage.read(country, recordKey)).record).toMatchObject(forged);
    expect((await storage.find(country, { rangeKey1 })).records).toMatchObject([forged]);
  });
});

describe("a key that is always hashed", () => {
  it.each(["profile_key", "parent_key", "service_key5"])("is rejected if it is not a hash: %s", async (wire) => {
    const { recordKey } = await written();
    const storage = forgingStorage((record) => ({ ...record, [wire]: "as the PoP likes it" }));
    expect(await rejection(storage.read(country, recordKey))).toMatchObject({ name: "StorageIntegrityError" });
  });
});

/** A PoP that filters by the test's number alone, whatever the filter. */
const ignoringFilter = (rangeKey1: bigint, change: Wire = {}) =>
  popStorage({
    fetch: intercept(async ({ body }, forward) => {
      const { options } = parse(looseObject({ options: unknown() }), body);
      return editPage(await forward({ filter: { range_key1: rangeKey1 }, options }), (record) => ({
        ...record,
        ...change,
      }));
    }),
  });

const conditions: readonly (readonly [about: string, matching: FindFilter, missing: FindFilter])[] = [
  ["another key", { profileKey: { $not: "other" } }, { profileKey: { $not: "profile" } }],
  ["a key not in a list", { profileKey: { $not: ["a", "b"] } }, { profileKey: { $not: ["a", "profile"] } }],
  ["a key that is set", { profileKey: { $not: null } }, { parentKey: { $not: null } }],
  ["a key that is unset", { parentKey: null }, { profileKey: null }],
  ["a number", { rangeKey2: 8 }, { rangeKey2: 7 }],
  ["one of some numbers", { rangeKey2: [7, 8] }, { rangeKey2: [7, 9007199254740993n] }],
  ["another number", { rangeKey2: { $not: 7 } }, { rangeKey3: { $not: 7 } }],
  ["a greater number", { rangeKey2: { $gt: 7 } }, { rangeKey2: { $gt: 8 } }],
  ["a number within bounds", { rangeKey2: { $gte: -9223372036854775808n, $lt: 9 } }, { rangeKey2: { $lte: 7 } }],
  ["a number that is unset", { rangeKey3: null }, { rangeKey2: null }],
  ["a version", { version: [0, 1] }, { version: { $not: 0 } }],
];

describe("a record that does not match the filter", () => {
  it.each(conditions)("is an error if the filter has %s, and a matching record is not", async (...condition) => {
    const [, matching, missing] = condition;
    const { rangeKey1, recordKey } = await written({ profileKey: "profile", rangeKey2: 8 });
    const storage = ignoringFilter(rangeKey1);
    expect(await storage.find(country, matching)).toMatchObject({ records: [{ recordKey }] });
    const { records, errors } = await storage.find(country, missing);
    expect({ records, errors }).toMatchObject({ records: [], errors: [{ error: { name: "StorageIntegrityError" } }] });
  });
});
