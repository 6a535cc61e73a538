import { type Field, type FieldEntry, fieldEntries, fieldsWith } from "incountry-storage/protocol";
import * as v from "valibot";
import type { Comparison, Condition } from "../store/filters.ts";
import { type ColumnName, isColumnName, type Value } from "../store/schema.ts";
import { exactObject, type Issue, isObject, listOf, never, withIssues } from "./parse.ts";
import { date, int64, plainText, searchText, version } from "./values.ts";

/** The most values in all lists of a filter: a query may compare each record with all of them. */
const maxListedValues = 10_000;

type ValueSchema = v.GenericSchema<unknown, NonNullable<Value>>;
type ConditionSchema = v.GenericSchema<unknown, Condition>;

/** What a filter may hold for a field, beside a single value. */
interface Operators {
  readonly value: ValueSchema;
  readonly list: boolean;
  readonly nullable: boolean;
  readonly comparisons: boolean;
}

/** By type of field (PROTOCOL.md, section 6). Flags and attachments cannot be filtered by. */
const operatorsByType: Record<Field["type"], Operators | undefined> = {
  string: { value: plainText, list: true, nullable: true, comparisons: false },
  int64: { value: int64, list: true, nullable: true, comparisons: true },
  version: { value: version, list: true, nullable: true, comparisons: true },
  date: { value: date, list: false, nullable: true, comparisons: true },
  boolean: undefined,
  attachments: undefined,
};

function operatorsOf({ type, protection, setBy }: FieldEntry): Operators | undefined {
  const operators = operatorsByType[type];
  if (operators === undefined || protection === "sealed") return undefined;
  // The PoP sets its dates on every record.
  return setBy === "pop" ? { ...operators, nullable: false } : operators;
}

const comparisons = { $gt: ">", $gte: ">=", $lt: "<", $lte: "<=" } as const satisfies Record<string, Comparison>;

function into<Input>(schema: v.GenericSchema<unknown, Input>, condition: (input: Input) => Condition): ConditionSchema {
  return v.pipe(schema, v.transform(condition));
}

/** The condition that an object's entries make together. */
function all(given: Readonly<Record<string, Condition | undefined>>): Condition {
  return { and: Object.values(given).filter((condition) => condition !== undefined) };
}

/** The condition that a filter sets on one column. */
function conditionOn(column: ColumnName, { value, list, nullable, ...allowed }: Operators): ConditionSchema {
  const equals = into(value, (value) => ({ column, is: "=", value }));
  const isNull = nullable
    ? into(v.null(), () => ({ column, is: "null" }))
    : never("cannot be null, as it is always set");
  const isIn = list
    ? into(listOf(value, { min: 1, max: maxListedValues, what: "value" }), (values) => ({ column, in: values }))
    : never("cannot be a list");
  const matches = v.lazy((input) => (input === null ? isNull : Array.isArray(input) ? isIn : equals));
  const not = into(matches, (not) => ({ not }));
  const compared = Object.entries(comparisons).map(
    ([operator, is]) => [operator, into(value, (value) => ({ column, is, value }))] as const,
  );
  const known = [...(nullable ? [["$not", not] as const] : []), ...(allowed.comparisons ? compared : [])];
  const entries = known.map(([operator, schema]) => [operator, v.optional(schema)] as const);
  const operators = into(
    withIssues(exactObject(Object.fromEntries(entries)), (input) =>
      allowed.comparisons ? duplicateComparisons(input) : [],
    ),
    all,
  );
  return v.lazy((input) => {
    if (!isObject(input)) return matches;
    return Object.keys(input).length === 0 ? never("must hold an operator") : operators;
  });
}

/** At most one of each pair (PROTOCOL.md, section 6). */
function duplicateComparisons(input: unknown): readonly Issue[] {
  const pairs = [
    ["$gt", "$gte"],
    ["$lt", "$lte"],
  ] as const;
  const doubled = pairs.filter((pair) => isObject(input) && pair.every((operator) => Object.hasOwn(input, operator)));
  return doubled.map(([one, other]) => ({ message: `cannot hold both ${one} and ${other}` }));
}

const onFields = fieldEntries.flatMap((entry) => {
  const operators = operatorsOf(entry);
  if (operators === undefined || !isColumnName(entry.wire)) return [];
  return [[entry.wire, v.optional(conditionOn(entry.wire, operators))] as const];
});

const searchKeys = fieldsWith({ protection: "hashedUnlessDisabled" })
  .map(({ wire }) => wire)
  .filter(isColumnName);

const onAnySearchKey = into(searchText, (text) => ({ or: searchKeys.map((column) => ({ column, contains: text })) }));

const filter = into(
  withIssues(exactObject({ ...Object.fromEntries(onFields), search_keys: v.optional(onAnySearchKey) }), (input) => {
    if (!isObject(input) || !Object.hasOwn(input, "search_keys")) return [];
    if (!searchKeys.some((name) => Object.hasOwn(input, name))) return [];
    return [{ message: "cannot hold both search_keys and one of the keys that it searches" }];
  }),
  all,
);

/** A filter, as one condition. The values in its lists are counted before any of them is parsed. */
export const filterSchema: ConditionSchema = v.lazy((input) =>
  listedValues(input) > maxListedValues
    ? never(`must hold at most ${maxListedValues} values in all its lists`)
    : filter,
);

function listedValues(filter: unknown): number {
  if (!isObject(filter)) return 0;
  const lists = onFields.flatMap(([name]) => {
    const given = filter[name];
    return [given, isObject(given) ? given["$not"] : undefined];
  });
  return lists.reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0);
}
