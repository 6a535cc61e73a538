import { parse, stringify } from "lossless-json";

/** An integer of JSON or of a record: a `number` when it is a safe integer, else a `bigint`. */
export type Int64 = number | bigint;

/**
 * Only a text with this many digits in a row can hold an integer beyond 2^53 (9007199254740992 has 16 digits). Those of a
 * hash do not count: what stands before a number is not a letter, a digit or a quote.
 */
const manyDigits = /(?:^|[\s:,[-])\d{16}/;
const integer = /^-?\d+$/;

/**
 * Parses JSON and keeps every integer exact: beyond ±(2^53−1) it is a `bigint`.
 *
 * Throws a `SyntaxError` for text that is not JSON.
 */
export function parseJson(text: string): unknown {
  if (!manyDigits.test(text)) return JSON.parse(text);
  return parse(text, null, { parseNumber: parseExactNumber, onDuplicateKey: ({ newValue }) => newValue });
}

function parseExactNumber(digits: string): Int64 {
  const number = Number(digits);
  return Number.isSafeInteger(number) || !integer.test(digits) ? number : BigInt(digits);
}

/** The JSON text of a value, with every `bigint` in it written as an integer. */
export function stringifyJson(value: unknown): string {
  // Not JSON.stringify with a fallback on its TypeError: an application may have given BigInt.prototype a toJSON.
  const text = holdsBigint(value) ? stringify(value) : JSON.stringify(value);
  if (text === undefined) throw new TypeError("The value has no JSON form.");
  return text;
}

/** A JSON text with a change made to its value: each number that stays is written with the digits that it had. */
export function editJson(text: string, edit: (value: unknown) => unknown): string {
  const value = parse(text, null, { onDuplicateKey: ({ newValue }) => newValue });
  const edited = stringify(edit(value));
  if (edited === undefined) throw new TypeError("The value has no JSON form.");
  return edited;
}

function holdsBigint(value: unknown): boolean {
  if (typeof value === "bigint") return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(holdsBigint);
}
