import { type Int64, stringifyJson } from "incountry-storage/protocol";
import { type RawBuilder, sql, type Transaction } from "kysely";
import { attachmentsOfRecord } from "./attachments.ts";
import { prefixed, type RecordRow, withoutPrefix } from "./reading.ts";
import {
  type ColumnName,
  type RecordWithAttachments,
  sqlTypeOf,
  type Tables,
  type WritableRecord,
  writableColumnNames,
} from "./schema.ts";

type Written = Pick<RecordRow, "record_key" | "created_at" | "updated_at" | "attachments">;

/**
 * Writes records with unique keys in one statement, and returns them as stored, in the given order.
 *
 * One JSON parameter is faster than thousands of parameters. Rows are numbered in the given order, but written in the order
 * of their keys, so that overlapping batches cannot deadlock.
 */
export async function upsert(
  transaction: Transaction<Tables>,
  scope: Int64,
  records: readonly WritableRecord[],
): Promise<RecordWithAttachments[]> {
  const { rows } = await sql<Written>`
    with incoming as materialized (
      select nextval('pop_records_id_seq') as id, given.*
      from json_to_recordset(${stringifyJson(records)}::json) as given(${definitions})
    )
    insert into pop_records (id, scope, created_at, updated_at, ${writable})
    select id, ${scope}::integer, ${now}, ${now}, ${writable} from incoming order by record_key
    on conflict (scope, record_key) do update set
      updated_at = greatest(excluded.updated_at, pop_records.updated_at + interval '1 millisecond'), ${replacements}
    returning ${prefixed("record_key")}, created_at, updated_at, ${attachmentsOfRecord} as attachments`.execute(
    transaction,
  );
  const written = new Map(rows.map((row) => [withoutPrefix(row.record_key), row]));
  return records.map((record) => {
    const row = written.get(record.record_key);
    if (row === undefined) throw new Error("The database did not return a record that it wrote.");
    const { attachments, created_at, updated_at } = row;
    return { record: { ...record, created_at, updated_at }, attachments };
  });
}

const now = sql`date_trunc('milliseconds', now())`;
const writable = columns((name) => sql.ref(name));
const definitions = columns((name) => sql`${sql.ref(name)} ${sql.raw(sqlTypeOf(name))}`);
const replacements = columns((name) => sql`${sql.ref(name)} = excluded.${sql.ref(name)}`);

function columns(form: (name: ColumnName) => RawBuilder<unknown>): RawBuilder<unknown> {
  return sql.join(writableColumnNames.map(form));
}
