import { type RawBuilder, sql } from "kysely";
import { attachmentsOfRecord } from "./attachments.ts";
import {
  type ColumnName,
  columnNames,
  isTextColumn,
  type KeptRecord,
  type RecordColumns,
  type Value,
} from "./schema.ts";

/** A row with all columns of a record, selected as `wholeRecord`. */
export type RecordRow = RecordColumns & Pick<KeptRecord, "attachments">;

/**
 * Put before each text that is read. The driver of the embedded database drops a U+FEFF at the beginning of each value, and
 * with it the first character of some texts.
 */
const shield = ".";

/** Selects a text of a record, to be read with `unshielded`. */
export function shielded(name: ColumnName): RawBuilder<unknown> {
  return sql`${sql.lit(shield)} || ${sql.ref(`pop_records.${name}`)} as ${sql.ref(name)}`;
}

export function unshielded(text: string): string {
  return text.slice(shield.length);
}

const textColumns = columnNames.filter(isTextColumn);
const selected = columnNames.map((name) => (isTextColumn(name) ? shielded(name) : sql.ref(`pop_records.${name}`)));

/** Selects a record from `pop_records`, to be read with `recordOf`. */
export const wholeRecord: RawBuilder<unknown> = sql`${sql.join(selected)}, ${attachmentsOfRecord} as attachments`;

/** The record in a row. */
export function recordOf({ attachments, ...record }: RecordRow): KeptRecord {
  const values: Record<ColumnName, Value> = record;
  for (const name of textColumns) {
    const text = values[name];
    if (typeof text === "string") values[name] = unshielded(text);
  }
  return { record, attachments };
}
