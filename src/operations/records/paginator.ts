import { compact } from "../../encoding.ts";
import { StorageServerError } from "../../errors.ts";
import { limits, recordFields } from "../../records/fields.ts";
import type { FindAllOptions } from "../../records/filter/types.ts";
import type { ReceivedRecord } from "../../records/wire.ts";
import { fetchPage, type Page, type Search } from "./find.ts";

const { wire: recordKey } = recordFields.recordKey;
const { wire: updatedAt } = recordFields.updatedAt;

/** Pages, one after the other, that bring nothing new, beside two for each page that did: so far others may have moved it. */
const patience = 10;

/**
 * A walk over all records of a search, page by page, while others write.
 *
 * Pages are counted from the first record, so that what is deleted before a page moves its records into the one before. Each
 * page therefore begins with the last record of the page before; where it does not, or where that record was changed and so
 * may have moved, the walk goes back until it meets a record that it knows as it was. What nobody touches is then never passed
 * over: all records that stay keep their order.
 */
export class RecordWalk {
  readonly #search: Search;
  readonly #limit: number;
  readonly #sort: FindAllOptions["sort"];
  /** When each record that was met had been written, by its hashed key. */
  readonly #met = new Map<unknown, number | undefined>();
  #offset: number | undefined = 0;
  #overlaps = false;
  #fruitless = 0;
  /** A PoP whose order changes all the time has none that could be followed. */
  #keepsOrder = true;

  constructor(search: Search, { pageSize = limits.pageSize, sort }: Pick<FindAllOptions, "pageSize" | "sort">) {
    this.#search = search;
    this.#limit = Math.max(2, pageSize);
    this.#sort = sort;
  }

  /** Whether all of them were met. */
  get isOver(): boolean {
    return this.#offset === undefined;
  }

  /** The records of one more page, those that it has in common with others among them. */
  async next(): Promise<readonly ReceivedRecord[]> {
    if (this.#offset === undefined) return [];
    const { page, offset } = await this.#fetchFrom(this.#offset);
    if (this.#meet(page)) this.#fruitless = 0;
    else if (!this.#isPatient()) throw nothingNew(this.#search);
    const end = offset + page.data.length;
    this.#overlaps = page.data.length > 1;
    this.#offset = page.data.length === 0 || end >= page.meta.total ? undefined : end - (this.#overlaps ? 1 : 0);
    return page.data;
  }

  /** The page that begins there or, where records have moved, the nearest one before it that goes on from what was met. */
  async #fetchFrom(offset: number): Promise<{ readonly page: Page; readonly offset: number }> {
    let step = this.#limit;
    for (let at = offset; ; at = Math.max(0, at - step), step *= 2) {
      const page = await fetchPage(this.#search, { limit: this.#limit, offset: at, sort: this.#sort });
      if (at === 0 || !this.#overlaps || !this.#keepsOrder || this.#goesOn(page)) return { page, offset: at };
      this.#keepsOrder = this.#isPatient();
    }
  }

  #goesOn({ data: [first] }: Page): boolean {
    return first !== undefined && this.#met.has(keyOf(first)) && this.#met.get(keyOf(first)) === writtenAt(first);
  }

  /** Whether the page brings anything new. */
  #meet({ data }: Page): boolean {
    const before = this.#met.size;
    for (const record of data) this.#met.set(keyOf(record), writtenAt(record));
    return this.#met.size > before;
  }

  #isPatient(): boolean {
    this.#fruitless += 1;
    return this.#fruitless <= patience + 2 * Math.ceil(this.#met.size / (this.#limit - 1));
  }
}

function keyOf({ fields }: ReceivedRecord): unknown {
  return compact(fields[recordKey]);
}

function writtenAt({ fields }: ReceivedRecord): number | undefined {
  const date = fields[updatedAt];
  return date instanceof Date ? date.getTime() : undefined;
}

function nothingNew({ operation, country }: Search): StorageServerError {
  const message = `${operation}: pagination made no progress: the PoP for "${country}" reported more records, but kept returning the same ones. Ask its operator.`;
  return new StorageServerError(message, {});
}
