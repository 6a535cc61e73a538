import { isPlainObject } from "../validation.ts";
import { fieldEntries } from "./fields.ts";

/** Dates are left out: a PoP may keep them finer than it tells them. */
const comparedFields = fieldEntries.filter(({ type }) => type === "string" || type === "int64" || type === "version");

/** Whether a record, as it was answered, holds what a filter asks for; both by wire name (protocol.md, section 6). */
export function matchesFilter(
  fields: Readonly<Record<string, unknown>>,
  filter: Readonly<Record<string, unknown>>,
): boolean {
  return comparedFields.every(({ wire }) => !(wire in filter) || holds(fields[wire] ?? null, filter[wire]));
}

function holds(value: unknown, condition: unknown): boolean {
  if (Array.isArray(condition)) return condition.includes(value);
  if (!isPlainObject(condition)) return value === condition;
  return Object.entries(condition).every(([operator, operand]) => compares(value, operator, operand));
}

function compares(value: unknown, operator: string, operand: unknown): boolean {
  // SQL's `<>`: what is unset is not different from anything.
  if (operator === "$not") return operand === null ? value !== null : value !== null && !holds(value, operand);
  if (!isInteger(value) || !isInteger(operand)) return false;
  switch (operator) {
    case "$gt":
      return value > operand;
    case "$gte":
      return value >= operand;
    case "$lt":
      return value < operand;
    case "$lte":
      return value <= operand;
    default:
      return true;
  }
}

function isInteger(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}
