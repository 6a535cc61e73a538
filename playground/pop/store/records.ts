import type { Int64 } from "incountry-storage/protocol";
import { type Kysely, type RawBuilder, sql, type Transaction } from "kysely";
import { alive, type Condition, matching, orderOf, type SortItem } from "./filters.ts";
import { prefixed, type RecordRow, recordOf, wholeRecord, withoutPrefix } from "./reading.ts";
import { type RecordWithAttachments, type Scope, type Tables, type WritableRecord } from "./schema.ts";
import type { Scopes } from "./scopes.ts";
import { transact } from "./transaction.ts";
import { upsert } from "./upsert.ts";

/** A record to write and, for a conditional write, the `updated_at` that the stored one must have. */
export interface Write {
  readonly record: WritableRecord;
  readonly ifMatch: Date | null;
}

export interface Page {
  readonly limit: Int64;
  readonly offset: Int64;
  readonly sort: readonly SortItem[];
}

export interface Changes {
  readonly written?: number;
  readonly deleted: number;
}

/** Thrown if conditions of a write are not met; `keys` names the records. Nothing was written. */
export class RecordConflict extends Error {
  override readonly name = "RecordConflict";
  readonly keys: readonly string[];

  constructor(keys: readonly string[]) {
    super("Records have changed since they were read.");
    this.keys = keys;
  }
}

/** The most bytes of bodies on one page, since a page is held in memory. */
const maxPageBytes = 256 * 1024 * 1024;

export class PageTooLarge extends Error {
  override readonly name = "PageTooLarge";
}

/** Computed without reading the bodies. */
const bodyBytes = sql<Int64>`coalesce(sum(octet_length(body)), 0)::bigint + coalesce(sum(octet_length(precommit_body)), 0)::bigint`;

function idsOf(matches: RawBuilder<boolean>, { limit, offset, sort }: Page): RawBuilder<unknown> {
  return sql`select id from pop_records where ${matches} order by ${orderOf(sort)} limit ${limit} offset ${offset}`;
}

/** A row of a page, with the total if the page is full. */
type PageRow = RecordRow & { readonly total: Int64 | null };

export class Records {
  readonly #database: Kysely<Tables>;
  readonly #scopes: Scopes;
  readonly #onChange: (changes: Changes) => Promise<void>;

  /** `onChange` is awaited after each write or deletion. */
  constructor(database: Kysely<Tables>, scopes: Scopes, onChange: (changes: Changes) => Promise<void>) {
    this.#database = database;
    this.#scopes = scopes;
    this.#onChange = onChange;
  }

  /** Writes all records or none; their keys are unique. Returns them as stored, in the given order. */
  async write(scope: Scope, writes: readonly Write[]): Promise<RecordWithAttachments[]> {
    const id = await this.#scopes.findOrCreate(scope);
    const records = writes.map(({ record }) => record);
    const { kept, expired } = await transact(this.#database, async (transaction) => {
      await checkConditions(transaction, id, writes);
      // An expired record may not have been swept yet; a new one must not inherit from it.
      const keys = records.map((record) => record.record_key);
      const { numDeletedRows } = await transaction
        .deleteFrom("pop_records")
        .where(sql<boolean>`expires_at <= now()`)
        .where(ofKeys(id, keys))
        .executeTakeFirst();
      return { kept: await upsert(transaction, id, records), expired: Number(numDeletedRows) };
    });
    await this.#onChange({ written: kept.length, deleted: expired });
    return kept;
  }

  async read(scope: Scope, recordKey: string): Promise<RecordWithAttachments | undefined> {
    const id = await this.#scopes.find(scope);
    if (id === undefined) return undefined;
    const { rows } = await sql<RecordRow>`
      select ${wholeRecord} from pop_records
      where scope = ${id} and record_key = ${recordKey} and ${alive}`.execute(this.#database);
    return rows[0] && recordOf(rows[0]);
  }

  /** A page of the records that a condition selects, and the number of all that it selects. */
  async find(
    scope: Scope,
    condition: Condition,
    page: Page,
  ): Promise<{ records: RecordWithAttachments[]; total: Int64 }> {
    const id = await this.#scopes.find(scope);
    if (id === undefined) return { records: [], total: 0 };
    const matches = sql<boolean>`scope = ${id} and ${alive} and ${matching(condition)}`;
    const rows = await this.#page(matches, page);
    const records = rows.map(({ total: _total, ...row }) => recordOf(row));
    const [first] = rows;
    if (first === undefined) {
      const { bytes, total } = await this.#withoutRecords(matches, page);
      if (bytes > maxPageBytes) throw new PageTooLarge();
      return { records, total };
    }
    return { records, total: first.total ?? BigInt(page.offset) + BigInt(rows.length) };
  }

  /**
   * Selects ids first and then fetches their records, since sorting and skipping whole records is slow. Counts the matches only
   * if the page is full; otherwise the total follows from the offset. Fetches nothing if the page is too large.
   */
  async #page(matches: RawBuilder<boolean>, page: Page): Promise<PageRow[]> {
    const { rows } = await sql<PageRow>`
      with page as materialized (${idsOf(matches, page)})
      select ${wholeRecord},
        case when (select count(*) from page) = ${page.limit} then (select count(*) from pop_records where ${matches}) end as total
      from page join pop_records using (id)
      where (select ${bodyBytes} from page join pop_records using (id)) <= ${maxPageBytes}
      order by ${orderOf(page.sort)}`.execute(this.#database);
    return rows;
  }

  /** The size of a page and the total, if `#page` returns no rows: the page is too large, or there are no records. */
  async #withoutRecords(matches: RawBuilder<boolean>, page: Page): Promise<{ bytes: Int64; total: Int64 }> {
    const { rows } = await sql<{ bytes: Int64; total: Int64 }>`
      with page as materialized (${idsOf(matches, page)})
      select ${bodyBytes} as bytes, (select count(*) from pop_records where ${matches}) as total
      from page join pop_records using (id)`.execute(this.#database);
    return rows[0] ?? { bytes: 0, total: 0 };
  }

  /** Counts the records of an environment in each country that has any. */
  async countByCountry(environment: string): Promise<{ country: string; count: Int64 }[]> {
    return this.#database
      .selectFrom("pop_records")
      .innerJoin("pop_scopes", "pop_scopes.id", "pop_records.scope")
      .select(["pop_scopes.country", sql<Int64>`count(*)`.as("count")])
      .where("pop_scopes.environment", "=", environment)
      .where(alive)
      .groupBy("pop_scopes.country")
      .execute();
  }

  /** Deletes the records with these keys, and returns their number. */
  async delete(scope: Scope, recordKeys: readonly string[]): Promise<number> {
    const id = await this.#scopes.find(scope);
    if (id === undefined) return 0;
    const deleted = await this.#database
      .deleteFrom("pop_records")
      .where(ofKeys(id, recordKeys))
      .where(alive)
      .returning("id")
      .execute();
    await this.#onChange({ deleted: deleted.length });
    return deleted.length;
  }

  /** Deletes expired records, in batches. */
  async sweep(): Promise<void> {
    const expired = sql`select id from pop_records where expires_at <= now() limit 1000 for update skip locked`;
    for (;;) {
      const rows = await this.#database
        .deleteFrom("pop_records")
        .where(sql<boolean>`id in (${expired})`)
        .returning("id")
        .execute();
      await this.#onChange({ deleted: rows.length });
      if (rows.length === 0) return;
    }
  }
}

function ofKeys(scope: Int64, keys: readonly string[]): RawBuilder<boolean> {
  const list = sql`array(select json_array_elements_text(${JSON.stringify(keys)}::json))`;
  return sql<boolean>`scope = ${scope} and record_key = any(${list})`;
}

async function checkConditions(
  transaction: Transaction<Tables>,
  scope: Int64,
  writes: readonly Write[],
): Promise<void> {
  const conditional = new Map(
    writes.flatMap(({ record, ifMatch }) => (ifMatch === null ? [] : [[record.record_key, ifMatch.getTime()]])),
  );
  if (conditional.size === 0) return;
  const { rows } = await sql<Pick<RecordRow, "record_key" | "updated_at">>`
    select ${prefixed("record_key")}, updated_at from pop_records
    where ${ofKeys(scope, [...conditional.keys()])} and ${alive}
    order by pop_records.record_key for update`.execute(transaction);
  const current = new Map(rows.map((row) => [withoutPrefix(row.record_key), row.updated_at.getTime()]));
  const conflicts = [...conditional].filter(([key, time]) => current.get(key) !== time).map(([key]) => key);
  if (conflicts.length > 0) throw new RecordConflict(conflicts);
}
