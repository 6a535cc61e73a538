import { fieldsWith } from "incountry-storage/protocol";
import { type RawBuilder, sql } from "kysely";
import { type ColumnName, sqlTypeOf, type Value } from "./schema.ts";

export type Comparison = "=" | "<>" | "<" | "<=" | ">" | ">=";

/** One condition on a record. All conditions of a filter must hold. */
export type Condition =
  | { readonly column: ColumnName; readonly is: Comparison; readonly value: NonNullable<Value> }
  | { readonly column: ColumnName; readonly is: "in" | "not in"; readonly values: readonly NonNullable<Value>[] }
  | { readonly column: ColumnName; readonly is: "null" | "not null" }
  | { readonly is: "part of a search key"; readonly text: string };

export interface SortItem {
  readonly column: ColumnName;
  readonly direction: "asc" | "desc";
}

/** The records that have not expired. */
export const alive: RawBuilder<boolean> = sql<boolean>`(expires_at is null or expires_at > now())`;

/** The records that satisfy all conditions. */
export function matching(conditions: readonly Condition[]): RawBuilder<boolean> {
  const all = conditions.map(sqlOf);
  return all.length === 0 ? sql<boolean>`true` : sql<boolean>`${sql.join(all, sql` and `)}`;
}

function sqlOf(condition: Condition): RawBuilder<boolean> {
  if ("text" in condition) return partOfAKey(condition.text);
  const column = sql.ref(condition.column);
  if ("value" in condition) {
    return sql`${column} ${sql.raw(condition.is)} ${parameter(condition.column, condition.value)}`;
  }
  if ("values" in condition) {
    // In these forms PostgreSQL searches an index, or hashes the values, so that no row is compared with each of them.
    return condition.is === "in"
      ? sql`${column} = any(${arrayOf(condition.column, condition.values)})`
      : sql`${column} not in (select unnest(${arrayOf(condition.column, condition.values)}))`;
  }
  return condition.is === "null" ? sql`${column} is null` : sql`${column} is not null`;
}

/** A literal substring of any search key: `strpos` knows no wildcards. */
function partOfAKey(text: string): RawBuilder<boolean> {
  const inEach = searchKeys.map((name) => sql`strpos(${sql.ref(name)}, ${text}::text) > 0`);
  return sql`(${sql.join(inEach, sql` or `)})`;
}

const searchKeys = fieldsWith({ protection: "hashedUnlessDisabled" }).map((entry) => entry.wire);

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
