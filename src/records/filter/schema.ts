import * as v from "valibot";
import { exactObject, functionOf, kindOf, listOf, type SchemaOf, wellFormedText } from "../../validation.ts";
import { type FieldEntry, fieldEntries, limits } from "../fields.ts";
import { dateSchema, int64Schema, isDateValue, type KeyMode, plainTextSchema, sentLength } from "../schema.ts";
import type { FindAllOptions, FindError, FindFilter, FindOptions, SortItem } from "./types.ts";

type Condition = v.GenericSchema<unknown, unknown>;

/** The condition itself, or an object of operators: told apart by its shape, so that what is wrong in it is named exactly. */
function condition(
  value: Condition,
  operators: Condition | undefined,
  options: { list?: boolean; null?: boolean },
): Condition {
  const list = v.pipe(listOf(value), v.nonEmpty("must not be an empty list: it would match nothing"));
  return v.lazy((input) => {
    if (input === undefined) return v.custom<unknown>(() => false, undefinedCondition);
    if (input === null && options.null !== false) return v.null();
    if (Array.isArray(input) && options.list === true) return list;
    const isOperators = typeof input === "object" && input !== null && !Array.isArray(input) && !isDateValue(input);
    return isOperators && operators !== undefined ? operators : value;
  });
}

/** An `undefined` that slipped in must not find every record. */
const undefinedCondition =
  "is undefined: leave the field out to find records whatever it holds, or give null to find those where it is unset";

function operatorsOf(entries: Record<string, Condition>): Condition {
  const optional = Object.fromEntries(Object.entries(entries).map(([name, schema]) => [name, v.exactOptional(schema)]));
  return v.pipe(
    exactObject(optional),
    v.check(
      (operators) => Object.keys(operators).length > 0,
      `must hold an operator: ${Object.keys(entries).join(", ")}`,
    ),
    v.check((operators) => !("$gt" in operators && "$gte" in operators), "holds both $gt and $gte: give one of them"),
    v.check((operators) => !("$lt" in operators && "$lte" in operators), "holds both $lt and $lte: give one of them"),
  );
}

function comparisons(value: Condition): Record<string, Condition> {
  return { $gt: value, $gte: value, $lt: value, $lte: value };
}

function textCondition(value: Condition): Condition {
  return condition(value, operatorsOf({ $not: condition(value, undefined, { list: true }) }), { list: true });
}

const stringCondition = textCondition(wellFormedText);
const plainTextCondition = textCondition(plainTextSchema);

function integerCondition(value: Condition): Condition {
  const operators = operatorsOf({ $not: condition(value, undefined, { list: true }), ...comparisons(value) });
  return condition(value, operators, { list: true });
}

const int64Condition = integerCondition(int64Schema);
const versionCondition = integerCondition(
  v.pipe(v.number(), v.safeInteger("must be an integer"), v.minValue(0, "must not be negative")),
);
const dateCondition = condition(dateSchema, operatorsOf(comparisons(dateSchema)), { null: false });
const optionalDateCondition = condition(
  dateSchema,
  operatorsOf({ $not: condition(dateSchema, undefined, {}), ...comparisons(dateSchema) }),
  {},
);

function conditionOf(entry: FieldEntry, { hashSearchKeys }: KeyMode): Condition | undefined {
  const { type, setBy } = entry;
  switch (type) {
    case "string":
      return isSearchKey(entry) && !hashSearchKeys ? plainTextCondition : stringCondition;
    case "int64":
      return int64Condition;
    case "version":
      return versionCondition;
    case "date":
      return setBy === "caller" ? optionalDateCondition : dateCondition;
    case "boolean":
    case "attachments":
      return undefined;
  }
}

function searchKeysSchema(mode: KeyMode): SchemaOf<string> {
  return v.pipe(
    plainTextSchema,
    v.check((text) => {
      const length = sentLength(text, mode);
      return length >= limits.searchKeysMinLength && length <= limits.searchKeysMaxLength;
    }, `must have ${limits.searchKeysMinLength} to ${limits.searchKeysMaxLength} characters`),
  );
}

const hashedSearch = "works only where hashSearchKeys is off: the PoP has nothing but hashes of the search keys";

/** The schema of a filter, made from the table of fields (protocol.md, section 6). */
export function findFilterSchema(mode: KeyMode): SchemaOf<FindFilter> {
  const entries: Record<string, Condition> = {};
  for (const entry of fieldEntries) {
    const schema = entry.protection === "sealed" ? undefined : conditionOf(entry, mode);
    if (schema !== undefined) entries[entry.name] = v.exactOptional(schema);
  }
  entries.searchKeys = v.exactOptional(
    v.pipe(
      searchKeysSchema(mode),
      v.check(() => !mode.hashSearchKeys, hashedSearch),
    ),
  );
  return v.pipe(
    exactObject(entries),
    v.check(
      (filter) => !("searchKeys" in filter && fieldEntries.some((entry) => isSearchKey(entry) && entry.name in filter)),
      "holds searchKeys together with one of key1 to key20: give one or the other",
    ),
  );
}

function isSearchKey(entry: FieldEntry): boolean {
  return entry.protection === "hashedUnlessDisabled";
}

function isSortable({ type, protection }: FieldEntry): boolean {
  return type === "int64" || type === "date" || protection === "hashedUnlessDisabled";
}

function isSortItem(item: object): item is SortItem {
  return Object.keys(item).length === 1;
}

function sortSchema(mode: KeyMode): SchemaOf<SortItem[]> {
  const direction = v.exactOptional(v.picklist(["asc", "desc"]));
  const entries = Object.fromEntries(fieldEntries.filter(isSortable).map(({ name }) => [name, direction]));
  const hashed = new Set<string>(mode.hashSearchKeys ? fieldEntries.filter(isSearchKey).map(({ name }) => name) : []);
  const item = v.pipe(
    exactObject(entries),
    v.check(
      (fields) => Object.keys(fields).length === 1,
      "must have one field: give an item for each field, in their order",
    ),
    v.check((fields) => !Object.keys(fields).some((name) => hashed.has(name)), `sorting by this field ${hashedSearch}`),
  );
  return v.pipe(
    listOf(item),
    v.transform((items) => items.filter(isSortItem)),
  );
}

export function integerBetween(least: number, most: number): SchemaOf<number> {
  const message = (issue: { input: unknown }): string =>
    `must be an integer from ${least} to ${most}, got ${typeof issue.input === "number" ? "a number outside of that" : kindOf(issue.input)}`;
  return v.custom<number>(
    (input) => typeof input === "number" && Number.isSafeInteger(input) && input >= least && input <= most,
    message,
  );
}

/** Records of one page. */
export const pageSizeSchema: SchemaOf<number> = integerBetween(1, limits.pageSize);

const offsetSchema = integerBetween(0, Number.MAX_SAFE_INTEGER);

export function findOptionsSchema(mode: KeyMode): SchemaOf<FindOptions> {
  return exactObject({
    limit: v.optional(pageSizeSchema),
    offset: v.optional(offsetSchema),
    sort: v.optional(sortSchema(mode)),
  });
}

export function findOneOptionsSchema(mode: KeyMode): SchemaOf<Omit<FindOptions, "limit">> {
  return exactObject({ offset: v.optional(offsetSchema), sort: v.optional(sortSchema(mode)) });
}

export function findAllOptionsSchema(mode: KeyMode): SchemaOf<FindAllOptions> {
  return exactObject({
    pageSize: v.optional(pageSizeSchema),
    sort: v.optional(sortSchema(mode)),
    onError: v.optional(functionOf<(failed: FindError) => void>()),
  });
}
