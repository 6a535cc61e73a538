import * as fc from "fast-check";
import type { RecordInput, Storage, StorageOptions } from "incountry-storage";
import { array, number, object, optional, parse, unknown } from "valibot";
import { describe, expect, it } from "vitest";
import { popStorage, unique } from "../../../support/pop-storage.ts";
import { country, rotating } from "../../../support/rotation/rotating.ts";
import { callWith } from "../../../support/storage/call.ts";
import { uniqueNumber } from "../../../support/storage/tampering.ts";

/** Includes letters whose lower case depends on their context or has another length. */
const letters = fc.constantFrom("a", "A", "ß", "İ", "Σ", "É", "e", "%", "_", "\\", " ", "1", "🛂", "\u0130");
const text = fc.string({ unit: letters, minLength: 0, maxLength: 6 });
const wholeDay = 86_400_000;
const dates = fc
  .integer({ min: 1, max: 400_000 })
  .chain((day) => fc.integer({ min: 0, max: 2 }).map((odd) => new Date(Date.now() + day * wholeDay + odd)));
const integers = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }));
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(value, { freq: 3 });

const fieldsOf = fc.record({
  profileKey: maybe(text),
  serviceKey2: maybe(text),
  key1: maybe(text),
  key20: maybe(text),
  rangeKey2: maybe(integers),
  expiresAt: maybe(dates),
  body: maybe(text),
  precommitBody: maybe(text),
});

type Fields = typeof fieldsOf extends fc.Arbitrary<infer Value> ? Value : never;

type Conditions = Readonly<Record<string, unknown>>;

/** Usually one of the records' values. */
function seen<Value>(values: readonly (Value | null)[], other: fc.Arbitrary<Value>): fc.Arbitrary<Value> {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? other : fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...known) }, other);
}

function on(name: string, condition: fc.Arbitrary<unknown>): fc.Arbitrary<Conditions> {
  return fc.record({ [name]: condition });
}

/** One or two conditions on the values of a run's records, so that each matches some and not others. */
function filterOf(records: readonly Fields[]): fc.Arbitrary<Conditions> {
  const strings = (name: "profileKey" | "serviceKey2" | "key1" | "key20"): fc.Arbitrary<Conditions> => {
    const value = seen(
      records.map((each) => each[name]),
      text,
    );
    const list = fc.uniqueArray(value, { minLength: 1, maxLength: 3 });
    const unset = fc.constant(null);
    return on(name, fc.oneof(value, list, unset, fc.record({ $not: fc.oneof(value, list, unset) })));
  };
  const integer = seen(
    records.map(({ rangeKey2 }) => rangeKey2),
    integers,
  );
  const date = seen(
    records.map(({ expiresAt }) => expiresAt),
    dates,
  );
  const set = fc.record({ $not: fc.constant(null) });
  const one = fc.oneof(
    strings("profileKey"),
    strings("serviceKey2"),
    strings("key1"),
    strings("key20"),
    on("rangeKey2", fc.oneof(integer, fc.constant(null), comparisons(integer), fc.record({ $not: integer }))),
    on("expiresAt", fc.oneof(date, fc.constant(null), comparisons(date), fc.record({ $not: date }), set)),
    on("createdAt", fc.oneof(aboutNow, comparisons(aboutNow))),
    on("updatedAt", fc.oneof(aboutNow, comparisons(aboutNow))),
  );
  return fc.array(one, { minLength: 1, maxLength: 2 }).map((conditions) => Object.assign({}, ...conditions));
}

const aboutNow = fc.integer({ min: -3, max: 3 }).map((seconds) => new Date(Date.now() + seconds * 1000));

function comparisons(value: fc.Arbitrary<unknown>): fc.Arbitrary<Conditions> {
  const above = fc.tuple(fc.constantFrom("$gt", "$gte"), value);
  const below = fc.tuple(fc.constantFrom("$lt", "$lte"), value);
  return fc
    .oneof(
      above.map((one) => [one]),
      below.map((one) => [one]),
      fc.tuple(above, below),
    )
    .map((operators) => Object.fromEntries(operators));
}

/** Parts of the records' keys, of a length that a filter accepts. */
function partsOf(records: readonly Fields[]): string[] {
  return records.flatMap(({ key1, key20 }) =>
    [key1, key20].flatMap((key) => {
      const characters = Array.from(key ?? "");
      return characters.length < 3 ? [] : [characters.slice(0, 3).join(""), characters.slice(-3).join("")];
    }),
  );
}

const runs = fc
  .array(fieldsOf, { minLength: 2, maxLength: 6 })
  .chain((records) => fc.tuple(fc.constant(records), fc.array(filterOf(records), { minLength: 10, maxLength: 20 })));

async function write(storage: Storage, fields: readonly Fields[]): Promise<{ rangeKey1: bigint }> {
  const rangeKey1 = uniqueNumber();
  const records: RecordInput[] = fields.map((each) => ({ ...each, recordKey: unique("honest"), rangeKey1 }));
  await storage.batchWrite(country, records);
  return { rangeKey1 };
}

const modes: Partial<StorageOptions>[] = [
  {},
  { normalizeKeys: true },
  { hashSearchKeys: false },
  { hashSearchKeys: false, normalizeKeys: true },
  { encrypt: false, hashSearchKeys: false },
];

const resultSchema = object({ records: array(unknown()), errors: optional(array(unknown())) });

describe.each(modes)("a Storage with %o", (mode) => {
  it("never reports an honest record as a mismatch", async () => {
    const storage = popStorage(mode);
    let found = 0;
    await fc.assert(
      fc.asyncProperty(runs, async ([fields, filters]) => {
        const { rangeKey1 } = await write(storage, fields);
        const parts = mode.hashSearchKeys === false ? partsOf(fields).map((searchKeys) => ({ searchKeys })) : [];
        for (const filter of [...filters, ...parts]) {
          const { records, errors } = parse(
            resultSchema,
            await callWith(storage, "find", country, { ...filter, rangeKey1 }),
          );
          expect(errors).toBeUndefined();
          found += records.length;
        }
      }),
      { numRuns: 6 },
    );
    expect(found).toBeGreaterThan(25);
  });
});

describe("rotation with a filter", () => {
  it("rotates every honest record that matches", async () => {
    let rotated = 0;
    await fc.assert(
      fc.asyncProperty(runs, async ([fields, filters]) => {
        const { older, newer } = rotating();
        const { rangeKey1 } = await write(older, fields);
        for (const filter of filters) {
          const progress = parse(
            array(progressSchema),
            await callWith(newer, "migrateAll", country, { filter: { ...filter, rangeKey1 } }),
          );
          expect(progress.flatMap(({ errors = [] }) => errors)).toStrictEqual([]);
          expect(progress.at(-1)?.totalLeft).toBe(0);
          rotated += progress.at(-1)?.totalMigrated ?? 0;
        }
      }),
      { numRuns: 4 },
    );
    expect(rotated).toBeGreaterThan(5);
  });
});

const progressSchema = object({ totalMigrated: number(), totalLeft: number(), errors: optional(array(unknown())) });
