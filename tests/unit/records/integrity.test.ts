import { type RecordInput, StorageIntegrityError, type StorageOptions } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { popStorage, unique } from "../../support/pop-storage.ts";
import { country } from "../../support/rotation/rotating.ts";
import { secrets } from "../../support/rotation/secrets.ts";
import {
  type Outcome,
  responding,
  stored,
  uniqueNumber,
  type Wire,
  waysToOpen,
  waysToRotate,
} from "../../support/storage/tampering.ts";

const before = { getSecrets: () => secrets.before };
const after = { getSecrets: () => secrets.after };

/**
 * Three records with keys of every kind. The PoP forges the first, and sometimes the second; the third is unchanged.
 */
async function threeRecords(options: Partial<StorageOptions>): Promise<{ rangeKey1: bigint; recordKeys: string[] }> {
  const rangeKey1 = uniqueNumber();
  const records = Array.from({ length: 3 }, (_, rangeKey2): RecordInput => {
    const key = (name: string): string => unique(`${name}-${rangeKey2}`);
    const [recordKey, profileKey, parentKey] = [key("record"), key("profile"), key("parent")];
    const [serviceKey1, key1, body] = [key("service"), key("search"), key("body")];
    return { recordKey, profileKey, parentKey, serviceKey1, key1, body, rangeKey1, rangeKey2 };
  });
  await popStorage({ ...options, ...before }).batchWrite(country, records);
  return { rangeKey1, recordKeys: records.map(({ recordKey }) => recordKey) };
}

/** What the PoP returns instead of the first record, and of the second. */
type Forgery = (first: Wire, second: Wire) => readonly [first: Wire, second?: Wire];

const otherHash = "5e".repeat(32);

const forgeries: readonly (readonly [about: string, lie: Forgery])[] = [
  [
    "the bodies of two records are swapped",
    (first, second) => [
      { ...first, body: second.body },
      { ...second, body: first.body },
    ],
  ],
  ["a body is another record's", (first, second) => [{ ...first, body: second.body }]],
  ...["record_key", "profile_key", "parent_key", "service_key1", "key1"].flatMap((key) => [
    [`${key} is another record's`, (first: Wire, second: Wire): [Wire] => [{ ...first, [key]: second[key] }]] as const,
    [`${key} is the hash of something else`, (first: Wire): [Wire] => [{ ...first, [key]: otherHash }]] as const,
  ]),
  ...["profile_key", "parent_key", "service_key1", "key1"].map(
    (key) => [`${key} is null`, (first: Wire): [Wire] => [{ ...first, [key]: null }]] as const,
  ),
];

/** The names of the errors, and the remaining records, in their order. */
function comparable({ refused, opened }: Outcome): Outcome {
  return {
    refused: refused.map((error) => (error instanceof StorageIntegrityError ? error.name : error)),
    opened,
  };
}

const writers: readonly Partial<StorageOptions>[] = [{}, { hashSearchKeys: false }, { encrypt: false }];

describe.each(writers)("in a Storage of records that were written with %j,", (options) => {
  const reading = { hashSearchKeys: options.hashSearchKeys, ...after };

  it.each(forgeries)("every call detects that %s, and nothing is written back", async (_, forge) => {
    const { rangeKey1, recordKeys } = await threeRecords(options);
    const [first = {}, second = {}] = await stored(rangeKey1, reading);
    const [firstLie, secondLie = second] = forge(first, second);
    const forging = responding((record) => {
      if (record.record_key === first.record_key) return firstLie;
      return record.record_key === second.record_key ? secondLie : record;
    });
    const target = {
      storage: popStorage({ ...reading, fetch: forging }),
      recordKey: recordKeys[0] ?? "",
      filter: { rangeKey1 },
      encryptReadable: options.encrypt === false,
    };
    const one = ["StorageIntegrityError"];
    const forged = secondLie === second ? one : [...one, ...one];
    const honest = secondLie === second ? [1, 2] : [2];
    const results: Record<string, unknown> = {};
    for (const [name, way] of Object.entries(waysToOpen)) results[name] = comparable(await way(target));
    expect(results).toStrictEqual({
      read: { refused: one, opened: [] },
      findOne: { refused: one, opened: [] },
      find: { refused: forged, opened: honest },
      findAll: { refused: one, opened: honest },
      "findAll with onError": { refused: forged, opened: honest },
    });
    for (const way of Object.values(waysToRotate)) {
      expect(comparable({ ...(await way(target)), opened: [] }).refused).toStrictEqual(forged);
    }
    const now = await stored(rangeKey1, reading);
    expect(now.slice(0, forged.length)).toStrictEqual([first, second].slice(0, forged.length));
    expect(now.slice(forged.length).map(({ version }) => version)).toStrictEqual(honest.map(() => 2));
  });

  it("every call detects that the record is not the requested one", async () => {
    const { rangeKey1, recordKeys } = await threeRecords(options);
    const kept = await stored(rangeKey1, reading);
    const recordKey = recordKeys[0] ?? "";
    const forging = responding(() => kept[1] ?? {});
    const target = {
      storage: popStorage({ ...reading, fetch: forging }),
      recordKey,
      filter: { rangeKey1, recordKey },
    };
    const refused = ["StorageIntegrityError"];
    for (const way of Object.values(waysToOpen)) {
      expect(comparable(await way(target))).toStrictEqual({ refused, opened: [] });
    }
    for (const way of Object.values(waysToRotate)) {
      expect(comparable({ ...(await way(target)), opened: [] }).refused).toStrictEqual(refused);
    }
    expect(await stored(rangeKey1, reading)).toStrictEqual(kept);
  });
});
