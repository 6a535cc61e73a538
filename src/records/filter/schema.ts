import * as v from "valibot";
import { limits } from "../../limits.ts";
import { exactObject, functionOf, kindOf, listOf, type SchemaOf, wellFormedText } from "../../validation.ts";
import { type Field, type FieldEntry, fieldEntries, fieldsWith } from "../fields.ts";
import { dateSchema, int64Schema, isDateValue, type KeyMode, plainTextSchema, sentLength } from "../schema.ts";
import type { FindAllOptions, FindError, FindFilter, FindOptions, SortItem } from "./types.ts";

type Condition = v.GenericSchema<unknown, unknown>;

/** Forms of a condition besides a single value. */
interface Forms {
  readonly list: boolean;
  readonly null: boolean;
  readonly operators: readonly Operator[];
}

/** The schema of the operand, by operator. */
const operands = {
  $not: (value: Condition, forms: Forms): Condition => condition(value, { ...forms, operators: [] }),
  $gt: (value: Condition): Condition => value,
  $gte: (value: Condition): Condition => value,
  $lt: (value: Condition): Condition => value,
  $lte: (value: Condition): Condition => value,
};
type Operator = keyof typeof operands;
const comparisons = ["$gt", "$gte", "$lt", "$lte"] as const;

/** Picks the schema by the form of the input, so that issues name the exact part. */
function condition(value: Condition, forms: Forms): Condition {
  const list = v.pipe(listOf(value), v.nonEmpty("must not be an empty list: it would match nothing"));
  const operators = forms.operators.length === 0 ? value : operatorsSchema(value, forms);
  return v.lazy((input) => {
    if (input === undefined) return undefinedCondition;
    if (input === null && forms.null) return v.null();
    if (Array.isArray(input)) return forms.list ? list : value;
    return typeof input === "object" && input !== null && !isDateValue(input) ? operators : value;
  });
}

/** Refused, since it would find every record. */
const undefinedCondition = v.custom<unknown>(
  () => false,
  "is undefined: omit the field to find records with any value, or use null to find those where it is unset",
);

function operatorsSchema(value: Condition, forms: Forms): Condition {
  const entries = forms.operators.map((name) => [name, v.exactOptional(operands[name](value, forms))]);
  return v.pipe(
    exactObject(Object.fromEntries(entries)),
    v.check((given) => Object.keys(given).length > 0, `must have an operator: ${forms.operators.join(", ")}`),
    notBoth("$gt", "$gte"),
    notBoth("$lt", "$lte"),
  );
}

function notBoth(one: Operator, other: Operator): v.CheckAction<Record<string, unknown>, string> {
  return v.check((given) => !(one in given && other in given), `has both ${one} and ${other}: use one of them`);
}

const versionSchema = v.pipe(v.number(), v.safeInteger("must be an integer"), v.minValue(0, "must not be negative"));

const stringForms: Forms = { list: true, null: true, operators: ["$not"] };
const integerForms: Forms = { list: true, null: true, operators: ["$not", ...comparisons] };
const plainTextCondition = condition(plainTextSchema, stringForms);
const optionalDateCondition = condition(dateSchema, { ...integerForms, list: false });
const conditions: Readonly<Record<Field["type"], Condition | undefined>> = {
  string: condition(wellFormedText, stringForms),
  int64: condition(int64Schema, integerForms),
  version: condition(versionSchema, integerForms),
  date: condition(dateSchema, { list: false, null: false, operators: comparisons }),
  boolean: undefined,
  attachments: undefined,
};

function conditionOf({ type, setBy, protection }: FieldEntry, { hashSearchKeys }: KeyMode): Condition | undefined {
  if (protection === "sealed") return undefined;
  if (protection === "hashedUnlessDisabled" && !hashSearchKeys) return plainTextCondition;
  return type === "date" && setBy === "caller" ? optionalDateCondition : conditions[type];
}

const searchKeys = new Set<string>(fieldsWith({ protection: "hashedUnlessDisabled" }).map(({ name }) => name));
const requiresUnhashed = "requires hashSearchKeys: false, since the PoP has only hashes of the search keys";

function searchKeysSchema(mode: KeyMode): SchemaOf<string> {
  const { searchKeysMinLength: min, searchKeysMaxLength: max } = limits;
  return v.pipe(
    plainTextSchema,
    v.check(
      (text) => sentLength(text, mode) >= min && sentLength(text, mode) <= max,
      `must have ${min} to ${max} characters`,
    ),
    v.check(() => !mode.hashSearchKeys, requiresUnhashed),
  );
}

/** The schema of a filter (PROTOCOL.md, section 6). */
export function findFilterSchema(mode: KeyMode): SchemaOf<FindFilter> {
  const entries: Record<string, Condition> = { searchKeys: v.exactOptional(searchKeysSchema(mode)) };
  for (const entry of fieldEntries) {
    const schema = conditionOf(entry, mode);
    if (schema !== undefined) entries[entry.name] = v.exactOptional(schema);
  }
  return v.pipe(
    exactObject(entries),
    v.check(
      (filter) => !("searchKeys" in filter && Object.keys(filter).some((name) => searchKeys.has(name))),
      "has searchKeys together with one of key1 to key20: use one or the other",
    ),
  );
}

function isSortItem(item: object): item is SortItem {
  return Object.keys(item).length === 1;
}

function sortSchema(mode: KeyMode): SchemaOf<SortItem[]> {
  const direction = v.exactOptional(v.picklist(["asc", "desc"]));
  const sortable = fieldEntries.filter(({ name, type }) => type === "int64" || type === "date" || searchKeys.has(name));
  const item = v.pipe(
    exactObject(Object.fromEntries(sortable.map(({ name }) => [name, direction]))),
    v.check(
      (fields) => !mode.hashSearchKeys || !Object.keys(fields).some((name) => searchKeys.has(name)),
      `sorting by this field ${requiresUnhashed}`,
    ),
    v.guard(isSortItem, "must have one field: use an item for each field, in their order"),
  );
  return listOf(item);
}

export function integerBetween(min: number, max: number): SchemaOf<number> {
  return v.custom<number>(
    (input) => typeof input === "number" && Number.isSafeInteger(input) && input >= min && input <= max,
    ({ input }) =>
      `must be an integer from ${min} to ${max}, got ${typeof input === "number" ? "another number" : kindOf(input)}`,
  );
}

/** Records per page. */
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
