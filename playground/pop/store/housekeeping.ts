import { type Kysely, sql } from "kysely";
import type { Tables } from "./schema.ts";

/** Changed records after which a table is looked after: a number, and from then on a share of what it holds. */
const leastChanges = 500;
const shareOfChanges = 0.2;

/**
 * Does for an embedded database what PostgreSQL's autovacuum does: frees what was rewritten and deleted, lets totals come
 * from an index, and keeps the statistics that the planner works with. It runs between requests, after enough changes.
 */
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
    // What it leaves undone costs time and space only, and is done the next time.
    this.#running = this.#running.then(() => this.#run()).catch(() => {});
  }

  /** Resolves when nothing is running any more. */
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
