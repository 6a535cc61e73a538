import { type RawBuilder, sql } from "kysely";
import { type ColumnName, sqlTypeOf, type Value } from "./schema.ts";

export type Comparison = "=" | "<>" | "<" | "<=" | ">" | ">=";

/** A condition on a record: a tree, whose leaves are about one column each. */
export type Condition =
  | { readonly and: readonly Condition[] }
  | { readonly or: readonly Condition[] }
  | { readonly not: Condition }
  | { readonly column: ColumnName; readonly is: Comparison; readonly value: NonNullable<Value> }
  | { readonly column: ColumnName; readonly in: readonly NonNullable<Value>[] }
  | { readonly column: ColumnName; readonly is: "null" }
  | { readonly column: ColumnName; readonly contains: string };

export interface SortItem {
  readonly column: ColumnName;
  readonly direction: "asc" | "desc";
}

export const alive: RawBuilder<boolean> = sql<boolean>`(expires_at is null or expires_at > now())`;

/** The records that a condition selects. */
export function matching(condition: Condition): RawBuilder<boolean> {
  if ("and" in condition) return joined(condition.and, sql` and `) ?? sql`true`;
  if ("or" in condition) return joined(condition.or, sql` or `) ?? sql`false`;
  if ("not" in condition) return excluding(condition.not);
  const column = sql.ref(condition.column);
  // `strpos` has no wildcards.
  if ("contains" in condition) return sql`strpos(${column}, ${condition.contains}::text) > 0`;
  // In this form PostgreSQL searches an index.
  if ("in" in condition) return sql`${column} = any(${arrayOf(condition.column, condition.in)})`;
  if (condition.is === "null") return sql`${column} is null`;
  return sql`${column} ${sql.raw(condition.is)} ${parameter(condition.column, condition.value)}`;
}

/** As in SQL, a record whose column is unset is not selected, unless the condition is about just that. */
function excluding(condition: Condition): RawBuilder<boolean> {
  if (!("in" in condition)) return sql`not (${matching(condition)})`;
  // In this form PostgreSQL hashes the values, and does not compare each row with all of them.
  return sql`${sql.ref(condition.column)} not in (select unnest(${arrayOf(condition.column, condition.in)}))`;
}

function joined(conditions: readonly Condition[], operator: RawBuilder<unknown>): RawBuilder<boolean> | undefined {
  return conditions.length === 0 ? undefined : sql`(${sql.join(conditions.map(matching), operator)})`;
}

// Values travel as text and are cast there, since the two drivers write dates and 64-bit integers in ways of their own.
function textOf(value: NonNullable<Value>): string {
  return value instanceof Date ? value.toISOString() : String(value);
}

function parameter(column: ColumnName, value: NonNullable<Value>): RawBuilder<unknown> {
  return sql`${textOf(value)}::${sql.raw(sqlTypeOf(column))}`;
}

function arrayOf(column: ColumnName, values: readonly NonNullable<Value>[]): RawBuilder<unknown> {
  const type = sqlTypeOf(column).split(" ")[0];
  return sql`${values.map(textOf)}::${sql.raw(`${type ?? "text"}[]`)}`;
}

/** The order of a page: by the given columns, unset as the greatest, then in the order of the first writing. */
export function orderOf(sort: readonly SortItem[]): RawBuilder<unknown> {
  // PostgreSQL's own order of nulls (last when ascending, first when descending) is the protocol's. A name alone would be that
  // of a selected expression first.
  const items = sort.map(({ column, direction }) => sql`${sql.ref(`pop_records.${column}`)} ${sql.raw(direction)}`);
  return sql.join([...items, sql`pop_records.id`]);
}
