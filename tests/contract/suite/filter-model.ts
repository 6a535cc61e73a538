import * as fc from "fast-check";
import { limits } from "incountry-storage/protocol";
import { describe, expect, it } from "vitest";
import { freshCountry } from "../support/countries.ts";
import { type ModelRecord, select } from "../support/model.ts";
import type { GetCaller } from "../support/suite.ts";

const text = fc.constantFrom("", "a", "A", "ab", "abc", "a%c", "a_c", "b\\", "é", "🛂", "100%");
const integer = fc.constantFrom<number | bigint>(limits.int64Min, -1, 0, 1, 2, 9007199254740993n, limits.int64Max);
const date = fc.constantFrom("2040-01-01T00:00:00.000Z", "2040-01-01T00:00:00.001Z", "2041-06-01T12:00:00.000Z");
const version = fc.constantFrom(0, 1, 2);

const unset = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(value, { nil: null });

const modelRecord: fc.Arbitrary<Omit<ModelRecord, "record_key">> = fc.record({
  key1: unset(text),
  key20: unset(text),
  profile_key: unset(text),
  range_key1: unset(integer),
  range_key10: unset(integer),
  expires_at: unset(date),
  version,
});

/** A list, null or $not of a value; for ordered values also comparisons. */
function asked<Value>(value: fc.Arbitrary<Value>, { list, ordered }: { list: boolean; ordered: boolean }) {
  const one = list ? fc.oneof(value, fc.array(value, { minLength: 1, maxLength: 3 })) : value;
  const lower = fc.oneof(fc.record({ $gt: value }), fc.record({ $gte: value }), fc.constant({}));
  const upper = fc.oneof(fc.record({ $lt: value }), fc.record({ $lte: value }), fc.constant({}));
  const not = fc.oneof(fc.record({ $not: unset(one) }), fc.constant({}));
  const operators = fc
    .tuple(not, ordered ? lower : fc.constant({}), ordered ? upper : fc.constant({}))
    .map((parts): object => Object.assign({}, ...parts))
    .filter((operators) => Object.keys(operators).length > 0);
  return fc.oneof(unset(one), operators);
}

const keys = { list: true, ordered: false };
const integers = { list: true, ordered: true };
const dates = { list: false, ordered: true };

const others = {
  profile_key: asked(text, keys),
  range_key1: asked(integer, integers),
  range_key10: asked(integer, integers),
  expires_at: asked(date, dates),
  version: asked(version, integers),
};
const byKeys = fc.record({ key1: asked(text, keys), key20: asked(text, keys), ...others }, { requiredKeys: [] });
const bySearch = fc.record(
  { search_keys: fc.constantFrom("abc", "a%c", "a_c", "100%", "bc\\"), ...others },
  { requiredKeys: ["search_keys"] },
);
const filter: fc.Arbitrary<object> = fc.oneof(byKeys, bySearch);

const direction = fc.constantFrom("asc" as const, "desc" as const);
const sort = fc.uniqueArray(
  fc.record({ column: fc.constantFrom("key1", "key20", "range_key1", "range_key10", "expires_at"), direction }),
  { maxLength: 3, selector: (item) => item.column },
);

/** Compares the results of find with a model of the protocol that uses no SQL. */
export function filterModelSuite(caller: GetCaller): void {
  describe("find, compared with a model,", () => {
    it("finds, sorts, pages and counts the same", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(modelRecord, { minLength: 1, maxLength: 15 }),
          fc.array(fc.record({ filter, sort, limit: fc.integer({ min: 1, max: 8 }), offset: fc.nat(4) }), {
            minLength: 4,
            maxLength: 8,
          }),
          async (given, questions) => {
            const country = freshCountry();
            const records = given.map((record, index) => ({ record_key: `${index}`, ...record }));
            expect((await caller().batchWrite(country, records)).status).toBe(200);
            for (const { filter, sort, limit, offset } of questions) {
              const options = { limit, offset, sort: sort.map(({ column, direction }) => ({ [column]: direction })) };
              const response = await caller().find(country, filter, options);
              const matches = select(records, filter, sort).map((record) => record.record_key);
              expect({ status: response.status, keys: response.keys, total: response.found.meta["total"] }).toEqual({
                status: 200,
                keys: matches.slice(offset, offset + limit),
                total: matches.length,
              });
            }
            await caller().batchDelete(
              country,
              records.map((record) => record.record_key),
            );
          },
        ),
        { numRuns: 25 },
      );
    });
  });
}
