import { normalizeKey } from "../crypto/key-hash.ts";
import { isPlainObject } from "../validation.ts";
import { type FieldName, isFieldName, recordFields } from "./fields.ts";
import type { FindFilter, SortItem } from "./find-filter.ts";
import { isDateValue } from "./record-schema.ts";
import { protectKey, type RecordSealing } from "./seal-record.ts";

type FilterSealing = Pick<RecordSealing, "mode" | "hash">;

/** The wire name of the search over all unhashed keys, which is no field. */
const searchKeysWire = "search_keys";

/** A filter as it goes over the wire: the keys in it hashed as those of records are (protocol.md, section 6). */
export async function sealFilter(filter: FindFilter, sealing: FilterSealing): Promise<Record<string, unknown>> {
  const sealed = await Promise.all(
    Object.entries(filter).map(async ([name, condition]): Promise<[string, unknown]> => {
      if (!isFieldName(name)) return [searchKeysWire, sealSearchKeys(condition, sealing)];
      return [recordFields[name].wire, await sealCondition(name, condition, sealing)];
    }),
  );
  return Object.fromEntries(sealed);
}

function sealSearchKeys(text: unknown, { mode }: FilterSealing): unknown {
  return typeof text === "string" ? normalizeKey(text, mode) : text;
}

/** A condition is a value, a list, or an object of operators whose operands are conditions again. */
async function sealCondition(name: FieldName, condition: unknown, sealing: FilterSealing): Promise<unknown> {
  if (Array.isArray(condition)) return Promise.all(condition.map((value) => sealCondition(name, value, sealing)));
  if (isDateValue(condition)) return condition.toISOString();
  if (isPlainObject(condition)) {
    const operators = Object.entries(condition).map(
      async ([operator, operand]): Promise<[string, unknown]> => [
        operator,
        await sealCondition(name, operand, sealing),
      ],
    );
    return Object.fromEntries(await Promise.all(operators));
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
