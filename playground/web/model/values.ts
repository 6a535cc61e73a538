import { type FieldName, type Int64, recordFields } from "incountry-storage/protocol";

/** A value that a visitor typed: what it is, or what is wrong with it. */
export type Parsed<Value> = { readonly value: Value } | { readonly problem: string };

/** Parses what was typed for a field, by the type of the field. */
export function parseText(name: FieldName, text: string): Parsed<string | Int64 | Date> {
  const { type } = recordFields[name];
  if (type === "int64" || type === "version") return parseInteger(text);
  return type === "date" ? parseDate(text) : { value: text };
}

function parseInteger(text: string): Parsed<Int64> {
  const digits = text.trim();
  if (!/^[-+]?\d+$/.test(digits)) return { problem: "Type a whole number." };
  const value = BigInt(digits.replace("+", ""));
  const number = Number(value);
  return { value: Number.isSafeInteger(number) ? number : value };
}

function parseDate(text: string): Parsed<Date> {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? { problem: "Choose a date and a time." } : { value: date };
}

/** A value as it stands in an input field: the inverse of `parseText`. */
export function textOf(value: string | Int64 | Date | null | undefined): string {
  if (value instanceof Date) return localDateTime(value);
  return value === undefined || value === null ? "" : String(value);
}

/** The form that `<input type="datetime-local">` has: seconds and their parts where there are some, so that none are lost. */
function localDateTime(date: Date): string {
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().replace(/(?::00)?(?:\.000)?Z$/, "");
}
