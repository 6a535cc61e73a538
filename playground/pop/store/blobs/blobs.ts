import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Tables } from "../schema.ts";
import type { BlobStore, BlobWriter, ByteRange, Hash } from "./blob-store.ts";
import { Blocks } from "./blocks.ts";

/** How often an upload updates its row, in milliseconds, and for how long it may not before it counts as abandoned. */
const touchEvery = 10_000;
const abandonedAfter = sql`interval '10 minutes'`;

export interface WrittenBlob {
  readonly id: string;
  readonly size: number;
  readonly hash: string;
  /** Deletes the blob, unless an attachment refers to it. */
  discard(): Promise<void>;
}

/** The blobs of attachments. Each has a row from before its first byte is written until after its last is deleted. */
export class Blobs {
  readonly #database: Kysely<Tables>;
  readonly #store: BlobStore;
  readonly #createHash: () => Hash;

  constructor(database: Kysely<Tables>, store: BlobStore, createHash: () => Hash) {
    this.#database = database;
    this.#store = store;
    this.#createHash = createHash;
  }

  /** Writes a blob that no attachment refers to yet. Deletes it if the bytes end with an error. */
  async write(bytes: AsyncIterable<Uint8Array>): Promise<WrittenBlob> {
    const id = crypto.randomUUID();
    await this.#database.insertInto("pop_blobs").values({ id, state: "pending" }).execute();
    let writer: BlobWriter | undefined;
    try {
      const created = await this.#store.create(id);
      writer = created;
      const hash = this.#createHash();
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
        await this.#database.updateTable("pop_blobs").set({ touched_at: sql`now()` }).where("id", "=", id).execute();
      }
      await blocks.flush();
      await writer.finish();
      return { id, size, hash: hash.digest("hex"), discard: () => this.#discard(id) };
    } catch (error) {
      await writer?.abort();
      await this.#forget([id]);
      throw error;
    }
  }

  read(id: string, range: ByteRange): AsyncGenerator<Uint8Array, void, undefined> {
    return this.#store.read(id, range);
  }

  /** Deletes the bytes of dead blobs. */
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

  /** Deletes abandoned uploads, as after the death of another process on this database. */
  async endAbandoned(): Promise<void> {
    await this.#end(sql`touched_at < now() - ${abandonedAfter}`);
    await this.collect();
  }

  /** Deletes all blobs without an attachment. Called before the first use, if no other process can be writing. */
  async clean(): Promise<void> {
    const kept = await this.#database.selectFrom("pop_blobs").select("id").where("state", "=", "kept").execute();
    await this.#store.keepOnly(new Set(kept.map(({ id }) => id)));
    await this.#database.deleteFrom("pop_blobs").where("state", "<>", "kept").execute();
  }

  /** Checks the state first: if the response to a commit was lost, an attachment may refer to the blob. */
  async #discard(id: string): Promise<void> {
    const ended = await this.#end(sql`id = ${id}`);
    if (ended.length > 0) await this.#removeAll(ended);
  }

  /** Marks pending blobs as dead, except those that a transaction is working on. */
  async #end(condition: RawBuilder<unknown>): Promise<string[]> {
    const { rows } = await sql<{ id: string }>`
      update pop_blobs set state = 'dead' where id in (
        select id from pop_blobs where state = 'pending' and ${condition} for update skip locked
      ) returning id`.execute(this.#database);
    return rows.map(({ id }) => id);
  }

  async #removeAll(ids: readonly string[]): Promise<void> {
    await this.#store.remove(ids);
    await this.#forget(ids);
  }

  async #forget(ids: readonly string[]): Promise<void> {
    await this.#database.deleteFrom("pop_blobs").where("id", "in", ids).where("state", "<>", "kept").execute();
  }
}
