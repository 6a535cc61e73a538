import { type Kysely, sql } from "kysely";
import { Attachments } from "./attachments.ts";
import type { BlobStore, Hash } from "./blobs/blob-store.ts";
import { Blobs } from "./blobs/blobs.ts";
import { Housekeeping } from "./housekeeping.ts";
import { migrate } from "./migrations.ts";
import { type Changes, Records } from "./records.ts";
import type { Tables } from "./schema.ts";
import { Scopes } from "./scopes.ts";
import { sharedKey } from "./settings.ts";

/** What a store is made of. */
export interface StoreParts {
  readonly database: Kysely<Tables>;
  readonly blobs: BlobStore;
  readonly hash: () => Hash;
  /** Whether this process is the only one here: then it does what a database server would do by itself. */
  readonly alone: boolean;
}

/** Everything that a PoP keeps. */
export class Store {
  readonly records: Records;
  readonly attachments: Attachments;
  readonly #database: Kysely<Tables>;
  readonly #blobs: Blobs;
  readonly #alone: boolean;
  readonly #housekeeping: Housekeeping | undefined;

  constructor({ database, blobs, hash, alone }: StoreParts) {
    const scopes = new Scopes(database);
    this.#database = database;
    this.#blobs = new Blobs(database, blobs, hash);
    this.#alone = alone;
    this.#housekeeping = alone ? new Housekeeping(database) : undefined;
    this.records = new Records(database, scopes, (changes) => this.#changed(changes));
    this.attachments = new Attachments(database, scopes, this.#blobs);
  }

  /** Brings the schema up to date, and clears what a process that died has left behind. */
  async prepare(): Promise<void> {
    await migrate(this.#database);
    if (this.#alone) await this.#blobs.clean();
  }

  /** A key for signing, made once and the same for every process on this database. */
  async signingKey(): Promise<Uint8Array> {
    return sharedKey(this.#database, "signing-key");
  }

  /** Throws where the database does not answer. */
  async check(): Promise<void> {
    await sql`select 1`.execute(this.#database);
  }

  /** Deletes what has expired, and what nobody goes on with. */
  async sweep(): Promise<void> {
    await this.records.sweep();
    await this.#blobs.endAbandoned();
  }

  /** Resolves when nothing runs in the background any more. */
  async settled(): Promise<void> {
    await this.#housekeeping?.settled();
  }

  async #changed({ written = 0, deleted }: Changes): Promise<void> {
    this.#housekeeping?.changed(written + deleted);
    // The bytes of what was deleted are gone when the caller is answered; where that fails, the next sweep does it.
    if (deleted > 0) await this.#blobs.collect().catch(() => {});
  }
}
