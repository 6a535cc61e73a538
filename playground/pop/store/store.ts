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

export interface StoreParts {
  readonly database: Kysely<Tables>;
  readonly blobs: BlobStore;
  readonly createHash: () => Hash;
  /** True if no other process uses the database; this one then does a database server's maintenance. */
  readonly exclusive: boolean;
}

export class Store {
  readonly records: Records;
  readonly attachments: Attachments;
  readonly #database: Kysely<Tables>;
  readonly #blobs: Blobs;
  readonly #exclusive: boolean;
  readonly #housekeeping: Housekeeping | undefined;

  constructor({ database, blobs, createHash, exclusive }: StoreParts) {
    const scopes = new Scopes(database);
    this.#database = database;
    this.#blobs = new Blobs(database, blobs, createHash);
    this.#exclusive = exclusive;
    this.#housekeeping = exclusive ? new Housekeeping(database) : undefined;
    this.records = new Records(database, scopes, (changes) => this.#changed(changes));
    this.attachments = new Attachments(database, scopes, this.#blobs);
  }

  /** Migrates the schema, and deletes leftovers of a process that died. */
  async prepare(): Promise<void> {
    await migrate(this.#database);
    if (this.#exclusive) await this.#blobs.clean();
  }

  /** The key for signing tokens, shared by all processes on this database. */
  async signingKey(): Promise<Uint8Array> {
    return sharedKey(this.#database, "signing-key");
  }

  /** Throws if the database does not respond. */
  async check(): Promise<void> {
    await sql`select 1`.execute(this.#database);
  }

  /** Deletes expired records and abandoned uploads. */
  async sweep(): Promise<void> {
    await this.records.sweep();
    await this.#blobs.endAbandoned();
  }

  /** Resolves once no background work is running. */
  async settled(): Promise<void> {
    await this.#housekeeping?.settled();
  }

  async #changed({ written = 0, deleted }: Changes): Promise<void> {
    this.#housekeeping?.changed(written + deleted);
    // Before the response is sent. If it fails, the next sweep repeats it.
    if (deleted > 0) await this.#blobs.collect().catch(() => {});
  }
}
