import { type Kysely, sql } from "kysely";
import type { Tables } from "./schema.ts";

/** Vacuums after this many changed records, or after this share of the table if that is more. */
const leastChanges = 500;
const shareOfChanges = 0.2;

/** Vacuums and analyzes an embedded database, which has no autovacuum. Runs between requests, after enough changes. */
export class Housekeeping {
  readonly #database: Kysely<Tables>;
  #changes = 0;
  #threshold = leastChanges;
  #running: Promise<void> = Promise.resolve();

  constructor(database: Kysely<Tables>) {
    this.#database = database;
  }

  changed(records: number): void {
    this.#changes += records;
    if (this.#changes < this.#threshold) return;
    this.#changes = 0;
    // A failure costs only time and space until the next run.
    this.#running = this.#running.then(() => this.#run()).catch(() => {});
  }

  /** Resolves once nothing is running. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    await sql`vacuum (analyze) pop_records`.execute(this.#database);
    const { rows } = await sql<{ records: number }>`
      select reltuples as records from pg_class where oid = 'pop_records'::regclass`.execute(this.#database);
    this.#threshold = Math.max(leastChanges, shareOfChanges * (rows[0]?.records ?? 0));
  }
}
