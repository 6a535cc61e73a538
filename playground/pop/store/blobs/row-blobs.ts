import { type Kysely, sql } from "kysely";
import type { Tables } from "../schema.ts";
import type { BlobStore, BlobWriter, ByteRange } from "./blob-store.ts";

/** Bytes of each row of a blob, except its last one. */
const rowBytes = 256 * 1024;

/** Stores blobs in the database, in rows, so that no process ever holds a whole blob. */
export class RowBlobs implements BlobStore {
  readonly #database: Kysely<Tables>;

  constructor(database: Kysely<Tables>) {
    this.#database = database;
  }

  create(id: string): Promise<BlobWriter> {
    const row = new Uint8Array(rowBytes);
    let filled = 0;
    let number = 0;
    const insert = async () => {
      const bytes = row.slice(0, filled);
      await this.#database.insertInto("pop_blob_chunks").values({ blob: id, number, bytes }).execute();
      number += 1;
      filled = 0;
    };
    return Promise.resolve({
      write: async (bytes) => {
        for (let taken = 0; taken < bytes.length; ) {
          const piece = bytes.subarray(taken, taken + rowBytes - filled);
          row.set(piece, filled);
          filled += piece.length;
          taken += piece.length;
          if (filled === rowBytes) await insert();
        }
      },
      finish: async () => {
        if (filled > 0) await insert();
      },
      abort: () => this.remove([id]),
    });
  }

  async *read(id: string, { start, end }: ByteRange): AsyncGenerator<Uint8Array, void, undefined> {
    for (let number = Math.floor(start / rowBytes); number * rowBytes < end; number++) {
      const row = await this.#database
        .selectFrom("pop_blob_chunks")
        .select("bytes")
        .where("blob", "=", id)
        .where("number", "=", number)
        .executeTakeFirst();
      if (row === undefined) throw new Error("The blob does not exist.");
      const offset = number * rowBytes;
      if (row.bytes.length < Math.min(rowBytes, end - offset)) throw new Error("The blob is truncated.");
      yield row.bytes.subarray(Math.max(0, start - offset), end - offset);
    }
  }

  async remove(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#database.deleteFrom("pop_blob_chunks").where("blob", "in", ids).execute();
  }

  async keepOnly(ids: ReadonlySet<string>): Promise<void> {
    const kept = sql`array(select json_array_elements_text(${JSON.stringify(Array.from(ids))}::json)::uuid)`;
    await this.#database.deleteFrom("pop_blob_chunks").where(sql<boolean>`blob <> all(${kept})`).execute();
  }
}
