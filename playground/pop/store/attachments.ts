import type { Int64 } from "incountry-storage/protocol";
import { type Kysely, type RawBuilder, sql, type Transaction } from "kysely";
import type { ByteRange } from "./blobs/blob-store.ts";
import type { Blobs, WrittenBlob } from "./blobs/blobs.ts";
import { alive } from "./filters.ts";
import type { Scope, StoredAttachment, Tables } from "./schema.ts";
import type { Scopes } from "./scopes.ts";
import { transact } from "./transaction.ts";

export class NoSuchRecord extends Error {
  override readonly name = "NoSuchRecord";
}

/** Thrown if the record has another attachment with this name. */
export class NameTaken extends Error {
  override readonly name = "NameTaken";
}

export interface RecordAddress {
  readonly scope: Scope;
  readonly recordKey: string;
}

export interface FileAddress extends RecordAddress {
  readonly fileId: string;
}

export interface Upload {
  readonly filename: string;
  readonly mimeType: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Whether to replace an attachment with the same name instead of throwing `NameTaken`. */
  readonly replaces: boolean;
}

/** An attachment's metadata, as an expression on `pop_attachments as file`. */
const metadata: RawBuilder<StoredAttachment> = sql`json_build_object(
  'file_id', file.id, 'filename', file.filename, 'mime_type', file.mime_type, 'size', file.size, 'hash', file.hash,
  'created_at', ${wireDate("created_at")}, 'updated_at', ${wireDate("updated_at")})`;

function wireDate(column: "created_at" | "updated_at"): RawBuilder<string> {
  return sql`to_char(file.${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** The attachments of a record, as an expression on `pop_records`. */
export const attachmentsOfRecord: RawBuilder<StoredAttachment[]> = sql`coalesce((
  select json_agg(${metadata} order by file.created_at, file.id)
  from pop_attachments as file where file.record = pop_records.id), '[]'::json)`;

export class Attachments {
  readonly #database: Kysely<Tables>;
  readonly #scopes: Scopes;
  readonly #blobs: Blobs;

  constructor(database: Kysely<Tables>, scopes: Scopes, blobs: Blobs) {
    this.#database = database;
    this.#scopes = scopes;
    this.#blobs = blobs;
  }

  /** Throws if an upload with this name would fail now. */
  async checkUpload(address: RecordAddress, { filename, replaces }: Omit<Upload, "bytes" | "mimeType">): Promise<void> {
    const record = await this.#recordOf(this.#database, address);
    if (!replaces && (await idOfName(this.#database, record, filename)) !== undefined) throw new NameTaken();
  }

  /** Throws `NoSuchRecord` if the record does not exist. */
  async checkRecord(address: RecordAddress): Promise<void> {
    await this.#recordOf(this.#database, address);
  }

  /** Stores an attachment as a whole or, if anything fails, not at all. */
  async upload(address: RecordAddress, upload: Upload): Promise<StoredAttachment> {
    const blob = await this.#blobs.write(upload.bytes);
    try {
      const stored = await transact(this.#database, (transaction) => this.#attach(transaction, address, upload, blob));
      await this.#collect();
      return stored;
    } catch (error) {
      // If this fails too, a sweep deletes the blob.
      await blob.discard().catch(() => {});
      throw error;
    }
  }

  async #attach(
    transaction: Transaction<Tables>,
    address: RecordAddress,
    { filename, mimeType, replaces }: Upload,
    blob: WrittenBlob,
  ): Promise<StoredAttachment> {
    // The lock serializes uploads to the record, and prevents its deletion.
    const record = await this.#recordOf(transaction, address, { lock: true });
    const existing = await idOfName(transaction, record, filename);
    if (existing !== undefined && !replaces) throw new NameTaken();
    const { numUpdatedRows } = await transaction
      .updateTable("pop_blobs")
      .set({ state: "kept" })
      .where("id", "=", blob.id)
      .where("state", "=", "pending")
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw new Error("The upload made no progress for ten minutes and was abandoned.");
    const now = sql`date_trunc('milliseconds', now())`;
    const { rows } =
      existing === undefined
        ? await sql<{ metadata: StoredAttachment }>`
            insert into pop_attachments as file (id, record, filename, mime_type, size, hash, blob, created_at, updated_at)
            values (${crypto.randomUUID()}, ${record}, ${filename}, ${mimeType}, ${blob.size}, ${blob.hash}, ${blob.id}, ${now}, ${now})
            returning ${metadata} as metadata`.execute(transaction)
        : await sql<{ metadata: StoredAttachment }>`
            update pop_attachments as file set mime_type = ${mimeType}, size = ${blob.size}, hash = ${blob.hash},
              blob = ${blob.id}, updated_at = ${movedForward}
            where file.id = ${existing} returning ${metadata} as metadata`.execute(transaction);
    return onlyRow(rows).metadata;
  }

  /** Returns an attachment's metadata, and a function that reads its bytes. */
  async find(address: FileAddress): Promise<{ metadata: StoredAttachment; read: BlobReader } | undefined> {
    const condition = await this.#file(address);
    if (condition === undefined) return undefined;
    const { rows } = await sql<{ metadata: StoredAttachment; blob: string }>`
      select ${metadata} as metadata, file.blob from pop_attachments as file where ${condition}`.execute(
      this.#database,
    );
    const [row] = rows;
    return row && { metadata: row.metadata, read: (range) => this.#blobs.read(row.blob, range) };
  }

  /** Changes an attachment's metadata and returns it; undefined if the attachment does not exist. */
  async update(
    address: FileAddress,
    change: { filename?: string | undefined; mimeType?: string | undefined },
  ): Promise<StoredAttachment | undefined> {
    const condition = await this.#file(address);
    if (condition === undefined) return undefined;
    const { filename, mimeType } = change;
    return transact(this.#database, async (transaction) => {
      if (filename !== undefined) {
        const record = await this.#recordOf(transaction, address, { lock: true });
        const other = await idOfName(transaction, record, filename);
        if (other !== undefined && other !== address.fileId) throw new NameTaken();
      }
      const { rows } = await sql<{ metadata: StoredAttachment }>`
        update pop_attachments as file set
          filename = coalesce(${filename ?? null}, file.filename), mime_type = coalesce(${mimeType ?? null}, file.mime_type),
          updated_at = ${movedForward}
        where ${condition} returning ${metadata} as metadata`.execute(transaction);
      return rows[0]?.metadata;
    });
  }

  /** Deletes an attachment; returns whether it existed. Locks the record, since an upload may be replacing the attachment. */
  async delete(address: FileAddress): Promise<boolean> {
    const condition = await this.#file(address, { lock: true });
    if (condition === undefined) return false;
    const deleted = sql`delete from pop_attachments as file where ${condition} returning file.id`;
    const { rows } = await deleted.execute(this.#database);
    await this.#collect();
    return rows.length > 0;
  }

  /** Deletes dead blobs before the response is sent. If it fails, the next sweep repeats it. */
  async #collect(): Promise<void> {
    await this.#blobs.collect().catch(() => {});
  }

  async #recordOf(
    database: Kysely<Tables>,
    { scope, recordKey }: RecordAddress,
    { lock = false }: { lock?: boolean } = {},
  ): Promise<Int64> {
    const scopeId = await this.#scopes.find(scope);
    if (scopeId === undefined) throw new NoSuchRecord();
    const record = await database
      .selectFrom("pop_records")
      .select("id")
      .where("scope", "=", scopeId)
      .where("record_key", "=", recordKey)
      .where(alive)
      .$if(lock, (query) => query.forUpdate())
      .executeTakeFirst();
    if (record === undefined) throw new NoSuchRecord();
    return record.id;
  }

  async #file(
    { scope, recordKey, fileId }: FileAddress,
    { lock = false }: { lock?: boolean } = {},
  ): Promise<RawBuilder<boolean> | undefined> {
    const scopeId = await this.#scopes.find(scope);
    if (scopeId === undefined || !uuid.test(fileId)) return undefined;
    return sql<boolean>`file.id = ${fileId} and file.record = (
      select id from pop_records where scope = ${scopeId} and record_key = ${recordKey} and ${alive}
      ${lock ? sql`for update` : sql``})`;
  }
}

export type BlobReader = (range: ByteRange) => AsyncGenerator<Uint8Array, void, undefined>;

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;
const movedForward = sql`greatest(date_trunc('milliseconds', now()), file.updated_at + interval '1 millisecond')`;

async function idOfName(database: Kysely<Tables>, record: Int64, filename: string): Promise<string | undefined> {
  const row = await database
    .selectFrom("pop_attachments")
    .select("id")
    .where("record", "=", record)
    .where("filename", "=", filename)
    .executeTakeFirst();
  return row?.id;
}

function onlyRow<Row>([row]: readonly Row[]): Row {
  if (row === undefined) throw new Error("The database did not return the row that it wrote.");
  return row;
}
