import {
  type Arbitrary,
  assert,
  asyncProperty,
  boolean,
  constant,
  constantFrom,
  nat,
  oneof,
  record,
  string,
} from "fast-check";
import { type RecordInput, type Storage, StorageIntegrityError, type StorageOptions } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { popStorage, unique } from "../../support/pop-storage.ts";
import { country } from "../../support/rotation/rotating.ts";
import { contentsOf, responding, uniqueNumber, type Wire } from "../../support/storage/tampering.ts";

/** A key in any script, including letters whose length depends on their case. */
const text = oneof(
  string({ unit: "grapheme", maxLength: 40 }),
  string({ unit: constantFrom(..."İıßẞΣσςǅﬀÀà: aA".split("")), maxLength: 10 }),
  // A PoP accepts no U+0000 in a plain key.
  string({ unit: "binary", maxLength: 20 }).map((key) => key.replaceAll("\0", "")),
);
const key: Arbitrary<string | null | undefined> = oneof(text, text, constant(""), constant(null), constant(undefined));

const keys = {
  profileKey: key,
  parentKey: key,
  serviceKey1: key,
  serviceKey5: key,
  key1: key,
  key2: key,
  key20: key,
};
const contents = record({ ...keys, body: key, precommitBody: key });

/** Unique to a run: no other record has it. */
const recordKey = text.map((part) => (): string => unique(part));

const options: Arbitrary<Partial<StorageOptions>> = record({
  normalizeKeys: boolean(),
  hashSearchKeys: boolean(),
  encrypt: boolean(),
});

/** One Storage for all runs, since each derives its keys once. */
function storages(): (given: Partial<StorageOptions>) => Storage {
  const made = new Map<string, Storage>();
  return (given) => {
    const name = JSON.stringify(given);
    const storage = made.get(name) ?? popStorage(given);
    made.set(name, storage);
    return storage;
  };
}

/** The same number in each of six runtimes, all different. */
const runs = { numRuns: 80 };

describe("any record", () => {
  const storageOf = storages();

  it("round-trips, whatever the options of the writer and the reader", async () => {
    await assert(
      asyncProperty(options, options, recordKey, contents, async (writer, reader, makeKey, given) => {
        const rangeKey1 = uniqueNumber();
        const written: RecordInput = { ...given, recordKey: makeKey(), rangeKey1 };
        await storageOf(writer).write(country, written);
        const { records, errors } = await storageOf(reader).find(country, { rangeKey1 });
        const expected = [contentsOf(written)];
        expect({ errors, records: records.map(contentsOf) }).toStrictEqual({ errors: undefined, records: expected });
        if (writer.normalizeKeys !== reader.normalizeKeys) return;
        const { record: found } = await storageOf(reader).read(country, written.recordKey);
        expect(contentsOf(found)).toStrictEqual(contentsOf(written));
      }),
      runs,
    );
  });

  it("is rejected if one of its keys was changed", async () => {
    await assert(
      asyncProperty(options, options, recordKey, contents, nat(), async (writer, reader, makeKey, given, chosen) => {
        const rangeKey1 = uniqueNumber();
        const written: RecordInput = { ...given, recordKey: makeKey(), rangeKey1 };
        await storageOf(writer).write(country, written);
        const rewriting = popStorage({ ...reader, fetch: responding((wire) => rewritten(wire, chosen)) });
        const { records, errors = [] } = await rewriting.find(country, { rangeKey1 });
        expect(records).toStrictEqual([]);
        expect(errors.map(({ error }) => error)).toStrictEqual([expect.any(StorageIntegrityError)]);
      }),
      runs,
    );
  });
});

const keyName = /^(?:(?:record|profile|parent)_key|service_key\d|key\d+)$/;

/** A record with one character of one key changed, or a character added to an empty key. */
function rewritten(wire: Wire, chosen: number): Wire {
  const set = Object.entries(wire).filter(([name, value]) => keyName.test(name) && typeof value === "string");
  const [name, value] = set[chosen % set.length] ?? expect.unreachable("A record has a key.");
  const characters = Array.from(String(value));
  const place = chosen % Math.max(1, characters.length);
  characters[place] = characters[place] === "0" ? "1" : "0";
  return { ...wire, [name]: characters.join("") };
}
