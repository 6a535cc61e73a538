import { type Field, type FieldEntry, fieldEntries } from "incountry-storage/protocol";
import * as v from "valibot";
import type { Comparison, Condition } from "../store/filters.ts";
import { type ColumnName, isColumnName, type Value } from "../store/schema.ts";
import { exactObject, type Fault, isObject, listOf, never, withFaults } from "./parse.ts";
import { date, int64, plainText, searchText, version } from "./values.ts";

/** The most values in all the lists of a filter: each record that a query reads may be compared with all of them. */
const maxListedValues = 10_000;

type Conditions = readonly Condition[];
type ValueSchema = v.GenericSchema<unknown, NonNullable<Value>>;
type ConditionsSchema = v.GenericSchema<unknown, Conditions>;

/** What a field can be asked: which values, and which forms beside a single value. */
interface Askable {
  readonly value: ValueSchema;
  readonly list: boolean;
  readonly unset: boolean;
  readonly comparisons: boolean;
}

/** By type of field (protocol.md, section 6). Flags and attachments cannot be asked for. */
const askableTypes: Record<Field["type"], Askable | undefined> = {
  string: { value: plainText, list: true, unset: true, comparisons: false },
  int64: { value: int64, list: true, unset: true, comparisons: true },
  version: { value: version, list: true, unset: true, comparisons: true },
  date: { value: date, list: false, unset: true, comparisons: true },
  boolean: undefined,
  attachments: undefined,
};

function askable({ type, protection, setBy }: FieldEntry): Askable | undefined {
  const asked = askableTypes[type];
  if (asked === undefined || protection === "sealed") return undefined;
  // The PoP sets its dates on every record.
  return setBy === "pop" ? { ...asked, unset: false } : asked;
}

const operators = { $gt: ">", $gte: ">=", $lt: "<", $lte: "<=" } as const satisfies Record<string, Comparison>;

/** The conditions that a filter puts on one column. */
function conditionsOn(column: ColumnName, asked: Askable): ConditionsSchema {
  const list = listOf(asked.value, { min: 1, max: maxListedValues, what: "value" });
  const isValue = v.pipe(
    asked.value,
    v.transform((value): Conditions => [{ column, is: "=", value }]),
  );
  const isNotValue = v.pipe(
    asked.value,
    v.transform((value): Conditions => [{ column, is: "<>", value }]),
  );
  const isIn = v.pipe(
    list,
    v.transform((values): Conditions => [{ column, is: "in", values }]),
  );
  const isNotIn = v.pipe(
    list,
    v.transform((values): Conditions => [{ column, is: "not in", values }]),
  );
  const isUnset = v.pipe(
    v.null(),
    v.transform((): Conditions => [{ column, is: "null" }]),
  );
  const isSet = v.pipe(
    v.null(),
    v.transform((): Conditions => [{ column, is: "not null" }]),
  );

  const either = (value: ConditionsSchema, ofList: ConditionsSchema, ofNull: ConditionsSchema, input: unknown) => {
    if (input === null) return asked.unset ? ofNull : never("cannot be null, as it is always set");
    if (Array.isArray(input)) return asked.list ? ofList : never("cannot be a list");
    return value;
  };
  const not = v.lazy((input) => either(isNotValue, isNotIn, isSet, input));
  const comparisons = Object.entries(operators).map(([operator, is]) => {
    const compares = v.pipe(
      asked.value,
      v.transform((value): Conditions => [{ column, is, value }]),
    );
    return [operator, compares] as const;
  });
  const known = [...(asked.unset ? [["$not", not] as const] : []), ...(asked.comparisons ? comparisons : [])];
  const entries = Object.fromEntries(known.map(([operator, schema]) => [operator, v.optional(schema)]));
  const allOperators = v.pipe(
    withFaults(exactObject(entries), (input) => (asked.comparisons ? doubledComparisons(input) : [])),
    v.transform((given) => Object.values(given).flatMap((conditions) => conditions ?? [])),
  );
  return v.lazy((input) => {
    if (!isObject(input)) return either(isValue, isIn, isUnset, input);
    return Object.keys(input).length === 0 ? never("must hold an operator") : allOperators;
  });
}

/** At most one of each pair (protocol.md, section 6). */
function doubledComparisons(input: unknown): readonly Fault[] {
  const pairs = [
    ["$gt", "$gte"],
    ["$lt", "$lte"],
  ] as const;
  const doubled = pairs.filter((pair) => isObject(input) && pair.every((operator) => Object.hasOwn(input, operator)));
  return doubled.map(([one, other]) => ({ message: `cannot hold both ${one} and ${other}` }));
}

const onFields = fieldEntries.flatMap((entry) => {
  const asked = askable(entry);
  if (asked === undefined || !isColumnName(entry.wire)) return [];
  return [[entry.wire, v.optional(conditionsOn(entry.wire, asked))] as const];
});

const onAnySearchKey = v.pipe(
  searchText,
  v.transform((text): Conditions => [{ is: "part of a search key", text }]),
);

const searchKeys = new Set<string>(
  fieldEntries.filter((entry) => entry.protection === "hashedUnlessDisabled").map((entry) => entry.wire),
);

const conditionsOfFilter: ConditionsSchema = v.pipe(
  withFaults(exactObject({ ...Object.fromEntries(onFields), search_keys: v.optional(onAnySearchKey) }), (input) => {
    if (!isObject(input) || !Object.hasOwn(input, "search_keys")) return [];
    if (!Object.keys(input).some((name) => searchKeys.has(name))) return [];
    return [{ message: "cannot hold both search_keys and one of the keys that it searches" }];
  }),
  v.transform((given) => Object.values(given).flatMap((conditions) => conditions ?? [])),
);

/** A filter, as a list of conditions. Its lists are counted before any of their values is looked at. */
export const filterSchema: ConditionsSchema = v.lazy((input) =>
  listedValues(input) > maxListedValues
    ? never(`must hold at most ${maxListedValues} values in all its lists`)
    : conditionsOfFilter,
);

function listedValues(filter: unknown): number {
  if (!isObject(filter)) return 0;
  const lists = onFields.flatMap(([name]) => {
    const asked = filter[name];
    return [asked, isObject(asked) ? asked["$not"] : undefined];
  });
  return lists.reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0);
}
