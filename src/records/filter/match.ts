import { isPlainObject } from "../../validation.ts";
import { fieldEntries, fieldsWith } from "../fields.ts";
import type { StorageRecord } from "../record.ts";
import { searchKeysWire } from "./wire.ts";

const filterable = fieldEntries.filter(({ type }) => type !== "boolean" && type !== "attachments");
const searchKeys = fieldsWith({ protection: "hashedUnlessDisabled" }).map(({ wire }) => wire);

/** Milliseconds. A PoP may keep dates finer or coarser than it returns them: they are compared to the second. */
const datePrecision = 1000;

/** True if a record, as it was answered, holds what a filter asks for; both by wire name (protocol.md, section 6). */
export function matchesFilter(
  fields: Readonly<Record<string, unknown>>,
  filter: Readonly<Record<string, unknown>>,
): boolean {
  return (
    filterable.every(({ wire }) => !(wire in filter) || holds(fields[wire] ?? null, filter[wire])) &&
    holdsSearchKeys(fields, filter[searchKeysWire])
  );
}

/**
 * True if all that a filter asks to be unset is unset in the opened record: a PoP may leave a field out of its response that the
 * encrypted body has.
 */
export function matchesUnset(record: StorageRecord, filter: Readonly<Record<string, unknown>>): boolean {
  return filterable.every(({ name, wire }) => filter[wire] !== null || record[name] === undefined);
}

function holdsSearchKeys(fields: Readonly<Record<string, unknown>>, part: unknown): boolean {
  if (typeof part !== "string") return true;
  return searchKeys.some((wire) => {
    const key = fields[wire];
    return typeof key === "string" && key.includes(part);
  });
}

function holds(value: unknown, condition: unknown): boolean {
  if (Array.isArray(condition)) {
    return value instanceof Date ? condition.some((wanted) => holds(value, wanted)) : condition.includes(value);
  }
  if (isPlainObject(condition)) {
    return Object.entries(condition).every(([operator, operand]) => compares(value, operator, operand));
  }
  if (!(value instanceof Date)) return value === condition;
  return condition !== null && Math.abs(value.getTime() - timeOf(condition)) < datePrecision;
}

function compares(value: unknown, operator: string, operand: unknown): boolean {
  // SQL's `<>`: what is unset is not different from anything.
  if (operator === "$not") return value !== null && isNot(value, operand);
  if (value instanceof Date) {
    const time = value.getTime();
    const bound = timeOf(operand);
    return operator.startsWith("$g") ? time + datePrecision > bound : time - datePrecision < bound;
  }
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

/** Two dates that look alike may differ in what the PoP does not return of them. */
function isNot(value: unknown, operand: unknown): boolean {
  return operand === null || value instanceof Date || !holds(value, operand);
}

function timeOf(condition: unknown): number {
  return typeof condition === "string" ? Date.parse(condition) : Number.NaN;
}

function isInteger(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}
