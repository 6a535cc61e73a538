/** The values of the model's records. */
type Value = string | number | bigint;

export interface ModelRecord {
  readonly [field: string]: Value | null;
  readonly record_key: string;
}

export interface ModelSort {
  readonly column: string;
  readonly direction: "asc" | "desc";
}

/** The results of a filter and a sort by PROTOCOL.md, section 6, computed record by record. */
export function select<Item extends ModelRecord>(
  records: readonly Item[],
  filter: object,
  sort: readonly ModelSort[],
): Item[] {
  const matches = records.filter((record) =>
    Object.entries(filter).every(([field, condition]: [string, unknown]) =>
      field === "search_keys" ? holdsText(record, String(condition)) : holds(record[field] ?? null, condition),
    ),
  );
  // Array.prototype.sort is stable: equal records keep the order in which they were written.
  return matches.toSorted((one, other) => {
    for (const { column, direction } of sort) {
      const order = compare(one[column] ?? null, other[column] ?? null);
      if (order !== 0) return direction === "asc" ? order : -order;
    }
    return 0;
  });
}

function holdsText(record: ModelRecord, text: string): boolean {
  return Object.entries(record).some(
    ([field, value]) => /^key\d+$/.test(field) && typeof value === "string" && value.includes(text),
  );
}

function holds(value: Value | null, condition: unknown): boolean {
  if (condition === null) return value === null;
  if (Array.isArray(condition)) return condition.some((one: unknown) => equal(value, one));
  if (typeof condition !== "object") return equal(value, condition);
  return Object.entries(condition).every(([operator, operand]: [string, unknown]) =>
    holdsOperator(value, operator, operand),
  );
}

function holdsOperator(value: Value | null, operator: string, operand: unknown): boolean {
  if (operator === "$not" && operand === null) return value !== null;
  if (value === null) return false;
  if (operator === "$not") return !holds(value, operand);
  const order = compare(value, asValue(operand));
  const results: Record<string, boolean> = { $gt: order > 0, $gte: order >= 0, $lt: order < 0, $lte: order <= 0 };
  return results[operator] ?? false;
}

function equal(value: Value | null, condition: unknown): boolean {
  return value !== null && compare(value, asValue(condition)) === 0;
}

function asValue(condition: unknown): Value {
  if (typeof condition === "string" || typeof condition === "number" || typeof condition === "bigint") return condition;
  throw new TypeError(`The model knows no value like ${typeof condition}.`);
}

/**
 * Unset is the greatest; texts compare by code point. (Dates all have one form here, in which they compare as texts.)
 */
function compare(one: Value | null, other: Value | null): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  if (typeof one === "string" && typeof other === "string") return compareTexts(one, other);
  return Number(one > other) - Number(one < other);
}

function compareTexts(one: string, other: string): number {
  const [points, others] = [one, other].map((text) => Array.from(text, (character) => character.codePointAt(0) ?? 0));
  if (points === undefined || others === undefined) return 0;
  const index = points.findIndex((point, position) => point !== others[position]);
  if (index === -1) return points.length - others.length;
  return (points[index] ?? -1) - (others[index] ?? -1);
}
