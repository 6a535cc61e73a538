import { type RawBuilder, sql } from "kysely";
import { attachmentsOfRecord } from "./attachments.ts";
import {
  type ColumnName,
  columnNames,
  isTextColumn,
  type RecordColumns,
  type RecordWithAttachments,
  type Value,
} from "./schema.ts";

/** A row selected as `wholeRecord`. */
export type RecordRow = RecordColumns & Pick<RecordWithAttachments, "attachments">;

/** Precedes each string that is read, since PGlite drops a U+FEFF at the start of a value. */
const prefix = ".";

/** Selects a string column; read it with `withoutPrefix`. */
export function prefixed(name: ColumnName): RawBuilder<unknown> {
  return sql`${sql.lit(prefix)} || ${sql.ref(`pop_records.${name}`)} as ${sql.ref(name)}`;
}

export function withoutPrefix(text: string): string {
  return text.slice(prefix.length);
}

const textColumns = columnNames.filter(isTextColumn);
const selected = columnNames.map((name) => (isTextColumn(name) ? prefixed(name) : sql.ref(`pop_records.${name}`)));

/** Selects a record from `pop_records`; read it with `recordOf`. */
export const wholeRecord: RawBuilder<unknown> = sql`${sql.join(selected)}, ${attachmentsOfRecord} as attachments`;

export function recordOf({ attachments, ...record }: RecordRow): RecordWithAttachments {
  const values: Record<ColumnName, Value> = record;
  for (const name of textColumns) {
    const text = values[name];
    if (typeof text === "string") values[name] = withoutPrefix(text);
  }
  return { record, attachments };
}
