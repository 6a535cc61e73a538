import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Tables } from "../schema.ts";
import type { BlobStore, BlobWriter, ByteRange, Hash } from "./blob-store.ts";
import { Blocks } from "./blocks.ts";

/** How often an upload says that it goes on, and after how long without a word it is taken for dead. */
const touchEvery = 10_000;
const deadAfter = sql`interval '10 minutes'`;

export interface WrittenBlob {
  readonly id: string;
  readonly size: number;
  readonly hash: string;
  /** Leaves nothing of it behind, unless an attachment has it after all. */
  discard(): Promise<void>;
}

/**
 * The blobs of attachments. The database knows of each before its first byte is written and until its last is gone, so that
 * what a process left behind when it died is found.
 */
export class Blobs {
  readonly #database: Kysely<Tables>;
  readonly #store: BlobStore;
  readonly #hash: () => Hash;

  constructor(database: Kysely<Tables>, store: BlobStore, hash: () => Hash) {
    this.#database = database;
    this.#store = store;
    this.#hash = hash;
  }

  /** Writes a blob that nothing refers to yet. Where the bytes break off, nothing of it stays. */
  async write(bytes: AsyncIterable<Uint8Array>): Promise<WrittenBlob> {
    const id = crypto.randomUUID();
    await this.#database.insertInto("pop_blobs").values({ id, state: "pending" }).execute();
    let writer: BlobWriter | undefined;
    try {
      const created = await this.#store.create(id);
      writer = created;
      const hash = this.#hash();
      const blocks = new Blocks((block) => {
        hash.update(block);
        return created.write(block);
      });
      let size = 0;
      let touched = Date.now();
      for await (const piece of bytes) {
        size += piece.length;
        await blocks.add(piece);
        if (Date.now() - touched < touchEvery) continue;
        touched = Date.now();
        await this.#touch(id);
      }
      await blocks.flush();
      await writer.finish();
      return { id, size, hash: hash.digest(), discard: () => this.#discard(id) };
    } catch (error) {
      await writer?.abort();
      await this.#forget([id]);
      throw error;
    }
  }

  read(id: string, range: ByteRange): AsyncGenerator<Uint8Array, void, undefined> {
    return this.#store.read(id, range);
  }

  /** Deletes the bytes of blobs that ended. */
  async collect(): Promise<void> {
    for (;;) {
      const dead = await this.#database
        .selectFrom("pop_blobs")
        .select("id")
        .where("state", "=", "dead")
        .limit(100)
        .execute();
      if (dead.length === 0) return;
      await this.#removeAll(dead.map(({ id }) => id));
    }
  }

  /** Ends uploads that nobody goes on with, as after the death of another process on this database. */
  async endAbandoned(): Promise<void> {
    await this.#end(sql`touched_at < now() - ${deadAfter}`);
    await this.collect();
  }

  /** Deletes all that no attachment has: before the first use, where no other process can be at work. */
  async clean(): Promise<void> {
    const kept = await this.#database.selectFrom("pop_blobs").select("id").where("state", "=", "kept").execute();
    await this.#store.keepOnly(new Set(kept.map(({ id }) => id)));
    await this.#database.deleteFrom("pop_blobs").where("state", "<>", "kept").execute();
  }

  /** Who discards a blob may not know whether it was kept: the answer to a commit can be lost. */
  async #discard(id: string): Promise<void> {
    const ended = await this.#end(sql`id = ${id}`);
    if (ended.length > 0) await this.#removeAll(ended);
  }

  /** Ends blobs that no attachment has, but for those that a transaction may still be keeping. */
  async #end(condition: RawBuilder<unknown>): Promise<string[]> {
    const { rows } = await sql<{ id: string }>`
      update pop_blobs set state = 'dead' where id in (
        select id from pop_blobs where state = 'pending' and ${condition} for update skip locked
      ) returning id`.execute(this.#database);
    return rows.map(({ id }) => id);
  }

  async #touch(id: string): Promise<void> {
    await this.#database.updateTable("pop_blobs").set({ touched_at: sql`now()` }).where("id", "=", id).execute();
  }

  async #removeAll(ids: readonly string[]): Promise<void> {
    await this.#store.remove(ids);
    await this.#forget(ids);
  }

  async #forget(ids: readonly string[]): Promise<void> {
    await this.#database.deleteFrom("pop_blobs").where("id", "in", ids).where("state", "<>", "kept").execute();
  }
}
