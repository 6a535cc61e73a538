import { fieldEntries } from "incountry-storage/protocol";

/** A record of the vectors, with the names and types that a caller of this package uses. */
export function toCamelCase(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const renamed: Record<string, unknown> = {};
  for (const { name, wire, type } of fieldEntries) {
    const value = record[wire];
    if (value === undefined || value === null) continue;
    renamed[name] = type === "date" && typeof value === "string" ? new Date(value) : value;
  }
  return renamed;
}
