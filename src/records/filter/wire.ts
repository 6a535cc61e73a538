import type { KeyHashing } from "../../crypto/key-hashing.ts";
import { isPlainObject } from "../../validation.ts";
import { isFieldName, keyEntries, recordFields } from "../fields.ts";
import { isDateValue } from "../schema.ts";
import type { FindFilter, SortItem } from "./types.ts";

/** The wire name of the search over all unhashed keys, which is not a field. */
export const searchKeysWire = "search_keys";

const protections = new Map(keyEntries.map(({ name, protection }) => [name, protection]));

/** Makes the wire form of a filter, with keys in the same form as in records (PROTOCOL.md, section 6). */
export function sealFilter(filter: FindFilter, keys: KeyHashing): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(filter).map(([name, condition]) => {
      const wire = isFieldName(name) ? recordFields[name].wire : searchKeysWire;
      // A part of a search key takes the form of the keys; the schema refuses it if they are hashed.
      const protection = isFieldName(name) ? protections.get(name) : "hashedUnlessDisabled";
      const sealText = (text: string) => (protection === undefined ? text : keys.protect(protection, text));
      return [wire, sealCondition(condition, sealText)];
    }),
  );
}

/** A condition is a value, a list, or an object of operators whose operands are conditions. */
function sealCondition(condition: unknown, sealText: (text: string) => string): unknown {
  if (typeof condition === "string") return sealText(condition);
  if (Array.isArray(condition)) return condition.map((value) => sealCondition(value, sealText));
  if (isDateValue(condition)) return condition.toISOString();
  if (!isPlainObject(condition)) return condition;
  return Object.fromEntries(
    Object.entries(condition).map(([operator, operand]) => [operator, sealCondition(operand, sealText)]),
  );
}

/** Makes the wire form of sort items. */
export function wireSort(sort: readonly SortItem[]): Record<string, unknown>[] {
  return sort.map((item) =>
    Object.fromEntries(
      Object.entries(item).map(([name, direction]) => [isFieldName(name) ? recordFields[name].wire : name, direction]),
    ),
  );
}
