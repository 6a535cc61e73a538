import { type Kysely, sql } from "kysely";

/**
 * An attachment's bytes are a blob, which outlives its attachment at both ends: it exists while the file is uploaded, and its
 * bytes, which may be files, go after the transaction that deletes the attachment. A trigger marks blobs that have no
 * attachment any more.
 */
export async function createAttachments(database: Kysely<unknown>): Promise<void> {
  await sql`create table pop_blobs (
    id uuid primary key,
    state text not null,
    touched_at timestamptz not null default now()
  )`.execute(database);
  await sql`create index on pop_blobs (touched_at) where state <> 'kept'`.execute(database);
  // For bytes that are stored in the database (POP.md, section 8).
  await sql`create table pop_blob_chunks (
    blob uuid not null references pop_blobs,
    number integer not null,
    bytes bytea not null,
    primary key (blob, number)
  )`.execute(database);
  await sql`alter table pop_blob_chunks alter column bytes set storage external`.execute(database);
  await sql`create table pop_attachments (
    id uuid primary key,
    record bigint not null references pop_records on delete cascade,
    filename text collate "C" not null,
    mime_type text not null,
    size bigint not null,
    hash text not null,
    blob uuid not null references pop_blobs,
    created_at timestamptz(3) not null,
    updated_at timestamptz(3) not null
  )`.execute(database);
  await sql`create index on pop_attachments (record, created_at, id)`.execute(database);
  await sql`create index on pop_attachments (blob)`.execute(database);
  await sql`create function pop_end_blob() returns trigger language plpgsql as $$
    begin
      update pop_blobs set state = 'dead', touched_at = now() where id = old.blob;
      return null;
    end
  $$`.execute(database);
  await sql`create trigger pop_attachment_deleted after delete on pop_attachments
    for each row execute function pop_end_blob()`.execute(database);
  await sql`create trigger pop_attachment_replaced after update on pop_attachments
    for each row when (old.blob <> new.blob) execute function pop_end_blob()`.execute(database);
}
