import type { FindFilter } from "incountry-storage";
import { type Field, type FieldName, fieldEntries, limits, recordFields } from "incountry-storage/protocol";
import { type Parsed, parseText } from "./values.ts";

/** What a condition can be about: a field that the PoP can compare, or a part of a search key. */
export type ConditionField = FieldName | "searchKeys";

/** How a condition compares. */
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

export const operatorWords: Readonly<Record<Operator, string>> = {
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

/** A row of the filter builder. */
export interface Condition {
  readonly id: number;
  readonly field: ConditionField;
  readonly operator: Operator;
  readonly value: string;
  /** The upper end of `between`. */
  readonly upTo: string;
}

const comparing: readonly Operator[] = ["atLeast", "atMost", "above", "below", "between"];
const choosing: readonly Operator[] = ["is", "isAnyOf", "isNot", "isNoneOf", "isSet", "isUnset"];

/** The operators that suit a field, the likeliest first. */
export function operatorsOf(field: ConditionField): readonly Operator[] {
  if (field === "searchKeys") return ["contains"];
  const { type, setBy } = recordFields[field];
  if (type === "int64" || type === "version") return [...choosing, ...comparing];
  if (type === "date") return setBy === "caller" ? [...comparing, "isSet", "isUnset"] : comparing;
  return choosing;
}

/** The fields that a filter can be about. */
export const conditionFields: readonly FieldName[] = fieldEntries
  .filter(({ type, protection }) => protection !== "sealed" && isComparable(type))
  .map(({ name }) => name);

function isComparable(type: Field["type"]): boolean {
  return type !== "attachments" && type !== "boolean";
}

export function takesValue(operator: Operator): boolean {
  return operator !== "isSet" && operator !== "isUnset";
}

/** The filter that the conditions stand for, and what is wrong with them, by id. */
export function filterOf(conditions: readonly Condition[]): {
  filter: FindFilter;
  problems: ReadonlyMap<number, string>;
} {
  const filter: Record<string, unknown> = {};
  const problems = new Map<number, string>();
  for (const condition of conditions) {
    const parsed = conditionOf(condition);
    if ("problem" in parsed) problems.set(condition.id, parsed.problem);
    else if (condition.field in filter) problems.set(condition.id, "There is a condition on this field already.");
    else filter[condition.field] = parsed.value;
  }
  return { filter, problems };
}

function conditionOf({ field, operator, value, upTo }: Condition): Parsed<unknown> {
  if (field === "searchKeys") return searchText(value);
  const one = (): Parsed<unknown> => (value === "" ? { problem: "Type a value." } : parseText(field, value));
  switch (operator) {
    case "is":
      return one();
    case "isNot":
      return wrapped("$not", one());
    case "isAnyOf":
      return listOf(field, value);
    case "isNoneOf":
      return wrapped("$not", listOf(field, value));
    case "isSet":
      return { value: { $not: null } };
    case "isUnset":
      return { value: null };
    case "above":
      return wrapped("$gt", one());
    case "atLeast":
      return wrapped("$gte", one());
    case "below":
      return wrapped("$lt", one());
    case "atMost":
      return wrapped("$lte", one());
    case "between":
      return both(wrapped("$gte", one()), wrapped("$lte", parseText(field, upTo)));
    case "contains":
      return { problem: "Only search keys can be searched in part." };
  }
}

function searchText(text: string): Parsed<string> {
  const { length } = Array.from(text);
  if (length >= limits.searchKeysMinLength && length <= limits.searchKeysMaxLength) return { value: text };
  return { problem: `Type ${limits.searchKeysMinLength} to ${limits.searchKeysMaxLength} characters.` };
}

function listOf(field: FieldName, text: string): Parsed<unknown[]> {
  const values: unknown[] = [];
  for (const part of text.split(",").map((part) => part.trim())) {
    if (part === "") continue;
    const parsed = parseText(field, part);
    if ("problem" in parsed) return parsed;
    values.push(parsed.value);
  }
  return values.length === 0 ? { problem: "Type values, with commas between them." } : { value: values };
}

function wrapped(operator: string, parsed: Parsed<unknown>): Parsed<Record<string, unknown>> {
  return "problem" in parsed ? parsed : { value: { [operator]: parsed.value } };
}

function both(
  lower: Parsed<Record<string, unknown>>,
  upper: Parsed<Record<string, unknown>>,
): Parsed<Record<string, unknown>> {
  if ("problem" in lower) return lower;
  return "problem" in upper ? upper : { value: { ...lower.value, ...upper.value } };
}
