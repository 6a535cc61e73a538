import { type Field, fieldEntries, type Int64 } from "incountry-storage/protocol";
import type { Generated } from "kysely";

/** Reads PostgreSQL's text of a bigint. */
export function parseInt64(text: string): Int64 {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

/** A column for each field of a record, named as on the wire. Attachments have a table of their own. */
export type ColumnName = Exclude<Field["wire"], "attachments">;
export type Value = string | Int64 | boolean | Date | null;

/** A record as written: without the columns that the PoP sets. */
export interface WritableRecord {
  readonly [column: string]: Value;
  readonly record_key: string;
}

export interface StoredRecord extends WritableRecord {
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** The stored metadata of an attachment; dates as on the wire. */
export interface StoredAttachment {
  readonly file_id: string;
  readonly filename: string;
  readonly mime_type: string;
  readonly size: Int64;
  readonly hash: string;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface RecordWithAttachments {
  readonly record: StoredRecord;
  readonly attachments: readonly StoredAttachment[];
}

/** The owner of records: no request sees records of another scope. */
export interface Scope {
  readonly environment: string;
  readonly country: string;
}

export type RecordColumns = Record<ColumnName, Value> & { record_key: string; created_at: Date; updated_at: Date };
type RecordsTable = RecordColumns & { id: Generated<Int64>; scope: Int64 };

interface AttachmentsTable {
  id: string;
  record: Int64;
  filename: string;
  mime_type: string;
  size: Int64;
  hash: string;
  blob: string;
  created_at: Date;
  updated_at: Date;
}

/** `pending` during the upload, `kept` while an attachment refers to it, `dead` once its bytes can be deleted. */
export type BlobState = "pending" | "kept" | "dead";

/** The tables. Their names have a prefix, since a shared database may hold others. */
export interface Tables {
  pop_scopes: { id: Generated<Int64>; environment: string; country: string };
  pop_records: RecordsTable;
  pop_attachments: AttachmentsTable;
  pop_blobs: { id: string; state: BlobState; touched_at: Generated<Date> };
  pop_blob_chunks: { blob: string; number: number; bytes: Uint8Array };
  pop_settings: { name: string; value: string };
}

const entryOf = new Map(fieldEntries.map((entry) => [entry.wire, entry]));

export function isColumnName(name: Field["wire"]): name is ColumnName {
  return name !== "attachments";
}

/** All columns of a record, in the order of the table of fields. */
export const columnNames: readonly ColumnName[] = fieldEntries.map((entry) => entry.wire).filter(isColumnName);

export const writableColumnNames: readonly ColumnName[] = columnNames.filter(
  (name) => entryOf.get(name)?.setBy !== "pop",
);

const sqlTypes = {
  string: 'text collate "C"',
  int64: "bigint",
  version: "bigint",
  boolean: "boolean",
  date: "timestamptz(3)",
} as const;

/** The SQL type of a column. Strings compare by code point on every database. */
export function sqlTypeOf(name: ColumnName): string {
  const type = entryOf.get(name)?.type;
  if (type === undefined || type === "attachments") throw new TypeError(`${name} is not a column.`);
  return sqlTypes[type];
}

export function isTextColumn(name: ColumnName): boolean {
  return entryOf.get(name)?.type === "string";
}
