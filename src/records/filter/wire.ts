import { normalizeKey } from "../../crypto/key-hash.ts";
import { isPlainObject } from "../../validation.ts";
import { type FieldName, isFieldName, recordFields } from "../fields.ts";
import { isDateValue } from "../schema.ts";
import { protectKey, type RecordSealing } from "../seal.ts";
import type { FindFilter, SortItem } from "./types.ts";

type FilterSealing = Pick<RecordSealing, "mode" | "hash">;

/** The wire name of the search over all unhashed keys, which is no field. */
export const searchKeysWire = "search_keys";

/** A filter as it goes over the wire: the keys in it hashed as those of records are (protocol.md, section 6). */
export function sealFilter(filter: FindFilter, sealing: FilterSealing): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(filter).map(([name, condition]) =>
      isFieldName(name)
        ? [recordFields[name].wire, sealCondition(name, condition, sealing)]
        : [searchKeysWire, sealSearchKeys(condition, sealing)],
    ),
  );
}

function sealSearchKeys(text: unknown, { mode }: FilterSealing): unknown {
  return typeof text === "string" ? normalizeKey(text, mode) : text;
}

/** A condition is a value, a list, or an object of operators whose operands are conditions again. */
function sealCondition(name: FieldName, condition: unknown, sealing: FilterSealing): unknown {
  if (Array.isArray(condition)) return condition.map((value) => sealCondition(name, value, sealing));
  if (isDateValue(condition)) return condition.toISOString();
  if (isPlainObject(condition)) {
    return Object.fromEntries(
      Object.entries(condition).map(([operator, operand]) => [operator, sealCondition(name, operand, sealing)]),
    );
  }
  const { protection } = recordFields[name];
  const isKey = protection === "hashed" || protection === "hashedUnlessDisabled";
  return typeof condition === "string" && isKey ? protectKey(protection, condition, sealing) : condition;
}

/** Sort items by wire name. */
export function wireSort(sort: readonly SortItem[]): Record<string, unknown>[] {
  return sort.map((item) =>
    Object.fromEntries(
      Object.entries(item).map(([name, direction]) => [isFieldName(name) ? recordFields[name].wire : name, direction]),
    ),
  );
}
