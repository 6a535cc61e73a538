import { type FieldName, type Int64, recordFields } from "incountry-storage/protocol";

/** A typed value, or the problem with it. */
export type Parsed<Value> = { readonly value: Value } | { readonly problem: string };

/** Parses a typed value by the type of its field. */
export function parseText(name: FieldName, text: string): Parsed<string | Int64 | Date> {
  const { type } = recordFields[name];
  if (type === "int64" || type === "version") return parseInteger(text);
  return type === "date" ? parseDate(text) : { value: text };
}

function parseInteger(text: string): Parsed<Int64> {
  const digits = text.trim();
  if (!/^[-+]?\d+$/.test(digits)) return { problem: "Enter a whole number." };
  const value = BigInt(digits.replace("+", ""));
  const number = Number(value);
  return { value: Number.isSafeInteger(number) ? number : value };
}

function parseDate(text: string): Parsed<Date> {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? { problem: "Choose a date and time." } : { value: date };
}

/** The text for an input field: the inverse of `parseText`. */
export function textOf(value: string | Int64 | Date | null | undefined): string {
  if (value instanceof Date) return localDateTime(value);
  return value === undefined || value === null ? "" : String(value);
}

/** The format of `<input type="datetime-local">`, with seconds and milliseconds unless they are zero. */
function localDateTime(date: Date): string {
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().replace(/(?::00)?(?:\.000)?Z$/, "");
}
