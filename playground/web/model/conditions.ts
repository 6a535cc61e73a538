import type { FindFilter } from "incountry-storage";
import { type Field, type FieldName, fieldEntries, limits, recordFields } from "incountry-storage/protocol";
import { type Parsed, parseText } from "./values.ts";

/** The field of a condition, or `searchKeys` for a search by partial text. */
export type ConditionField = FieldName | "searchKeys";

export type Operator =
  | "is"
  | "isAnyOf"
  | "isNot"
  | "isNoneOf"
  | "isSet"
  | "isUnset"
  | "above"
  | "atLeast"
  | "below"
  | "atMost"
  | "between"
  | "contains";

export const operatorLabels: Readonly<Record<Operator, string>> = {
  is: "is",
  isAnyOf: "is any of",
  isNot: "is not",
  isNoneOf: "is none of",
  isSet: "is set",
  isUnset: "is not set",
  above: "is more than",
  atLeast: "is at least",
  below: "is less than",
  atMost: "is at most",
  between: "is between",
  contains: "contains",
};

/** A row of the filter form. */
export interface Condition {
  readonly id: number;
  readonly field: ConditionField;
  readonly operator: Operator;
  readonly value: string;
  /** The maximum of `between`. */
  readonly upTo: string;
}

const comparisons: readonly Operator[] = ["atLeast", "atMost", "above", "below", "between"];
const equalities: readonly Operator[] = ["is", "isAnyOf", "isNot", "isNoneOf", "isSet", "isUnset"];

/** The operators of a field, the most likely first. */
export function operatorsOf(field: ConditionField): readonly Operator[] {
  if (field === "searchKeys") return ["contains"];
  const { type, setBy } = recordFields[field];
  if (type === "int64" || type === "version") return [...equalities, ...comparisons];
  if (type === "date") return setBy === "caller" ? [...comparisons, "isSet", "isUnset"] : comparisons;
  return equalities;
}

/** The fields that a filter can name. */
export const conditionFields: readonly FieldName[] = fieldEntries
  .filter(({ type, protection }) => protection !== "sealed" && isComparable(type))
  .map(({ name }) => name);

function isComparable(type: Field["type"]): boolean {
  return type !== "attachments" && type !== "boolean";
}

export function takesValue(operator: Operator): boolean {
  return operator !== "isSet" && operator !== "isUnset";
}

/** Builds the filter of the valid conditions, and lists the problems of the others by id. */
export function filterOf(conditions: readonly Condition[]): {
  filter: FindFilter;
  problems: ReadonlyMap<number, string>;
} {
  const filter: Record<string, unknown> = {};
  const problems = new Map<number, string>();
  for (const condition of conditions) {
    const parsed = conditionOf(condition);
    if ("problem" in parsed) problems.set(condition.id, parsed.problem);
    else if (condition.field in filter) problems.set(condition.id, "This field already has a condition.");
    else filter[condition.field] = parsed.value;
  }
  return { filter, problems };
}

function conditionOf({ field, operator, value, upTo }: Condition): Parsed<unknown> {
  if (field === "searchKeys") return searchText(value);
  const one = (): Parsed<unknown> => (value === "" ? { problem: "Enter a value." } : parseText(field, value));
  switch (operator) {
    case "is":
      return one();
    case "isNot":
      return withOperator("$not", one());
    case "isAnyOf":
      return listOf(field, value);
    case "isNoneOf":
      return withOperator("$not", listOf(field, value));
    case "isSet":
      return { value: { $not: null } };
    case "isUnset":
      return { value: null };
    case "above":
      return withOperator("$gt", one());
    case "atLeast":
      return withOperator("$gte", one());
    case "below":
      return withOperator("$lt", one());
    case "atMost":
      return withOperator("$lte", one());
    case "between":
      return both(withOperator("$gte", one()), withOperator("$lte", parseText(field, upTo)));
    case "contains":
      return { problem: "Only search keys can be searched by partial text." };
  }
}

function searchText(text: string): Parsed<string> {
  const { length } = Array.from(text);
  if (length >= limits.searchKeysMinLength && length <= limits.searchKeysMaxLength) return { value: text };
  return { problem: `Enter ${limits.searchKeysMinLength} to ${limits.searchKeysMaxLength} characters.` };
}

function listOf(field: FieldName, text: string): Parsed<unknown[]> {
  const values: unknown[] = [];
  for (const part of text.split(",").map((part) => part.trim())) {
    if (part === "") continue;
    const parsed = parseText(field, part);
    if ("problem" in parsed) return parsed;
    values.push(parsed.value);
  }
  return values.length === 0 ? { problem: "Enter values separated by commas." } : { value: values };
}

function withOperator(operator: string, parsed: Parsed<unknown>): Parsed<Record<string, unknown>> {
  return "problem" in parsed ? parsed : { value: { [operator]: parsed.value } };
}

function both(
  lower: Parsed<Record<string, unknown>>,
  upper: Parsed<Record<string, unknown>>,
): Parsed<Record<string, unknown>> {
  if ("problem" in lower) return lower;
  return "problem" in upper ? upper : { value: { ...lower.value, ...upper.value } };
}
