import { isPlainObject } from "../../validation.ts";
import { fieldEntries, fieldsWith } from "../fields.ts";
import type { StorageRecord } from "../record.ts";
import { searchKeysWire } from "./wire.ts";

const filterable = fieldEntries.filter(({ type }) => type !== "boolean" && type !== "attachments");
const searchKeys = fieldsWith({ protection: "hashedUnlessDisabled" }).map(({ wire }) => wire);

/** Milliseconds. A PoP may store dates more or less precisely than it returns them. */
const datePrecision = 1000;

/** True if a received record matches a filter; both by wire name (PROTOCOL.md, section 6). */
export function matchesFilter(
  fields: Readonly<Record<string, unknown>>,
  filter: Readonly<Record<string, unknown>>,
): boolean {
  return (
    filterable.every(({ wire }) => !(wire in filter) || holds(fields[wire] ?? null, filter[wire])) &&
    matchesSearchKeys(fields, filter[searchKeysWire])
  );
}

/**
 * True if the fields that a filter requires to be unset are unset in the decrypted record: the PoP may have omitted their hashes.
 */
export function matchesUnset(record: StorageRecord, filter: Readonly<Record<string, unknown>>): boolean {
  return filterable.every(({ name, wire }) => filter[wire] !== null || record[name] === undefined);
}

function matchesSearchKeys(fields: Readonly<Record<string, unknown>>, part: unknown): boolean {
  if (typeof part !== "string") return true;
  const keys = searchKeys.map((wire) => fields[wire]);
  return keys.some((key) => typeof key === "string" && key.includes(part));
}

function holds(value: unknown, condition: unknown): boolean {
  if (Array.isArray(condition)) return condition.some((wanted) => holds(value, wanted));
  if (isPlainObject(condition)) {
    return Object.entries(condition).every(([operator, operand]) => operators[operator]?.(value, operand) ?? true);
  }
  if (!(value instanceof Date)) return value === condition;
  return condition !== null && Math.abs(value.getTime() - timeOf(condition)) < datePrecision;
}

type Operator = (value: unknown, operand: unknown) => boolean;

const after = (time: number, bound: number): boolean => time + datePrecision > bound;
const before = (time: number, bound: number): boolean => time - datePrecision < bound;

const operators: Readonly<Record<string, Operator>> = {
  // As `<>` in SQL, an unset value matches no `$not`. Dates that look equal may differ in digits that the PoP does not return.
  $not: (value, operand) => value !== null && (operand === null || value instanceof Date || !holds(value, operand)),
  $gt: comparison((value, bound) => value > bound, after),
  $gte: comparison((value, bound) => value >= bound, after),
  $lt: comparison((value, bound) => value < bound, before),
  $lte: comparison((value, bound) => value <= bound, before),
};

function comparison(
  compare: (value: number | bigint, bound: number | bigint) => boolean,
  compareTimes: (time: number, bound: number) => boolean,
): Operator {
  return (value, operand) =>
    value instanceof Date
      ? compareTimes(value.getTime(), timeOf(operand))
      : isInteger(value) && isInteger(operand) && compare(value, operand);
}

function timeOf(condition: unknown): number {
  return typeof condition === "string" ? Date.parse(condition) : Number.NaN;
}

function isInteger(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}
