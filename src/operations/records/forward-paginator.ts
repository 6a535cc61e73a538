import { fetchPage, type Page } from "../../api/records.ts";
import type { Call } from "../../calls/call.ts";
import { pageQuery, type Search } from "../../calls/search.ts";
import { compact } from "../../encoding.ts";
import { StorageServerError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { recordFields } from "../../records/fields.ts";
import type { FindAllOptions } from "../../records/filter/types.ts";
import type { ReceivedRecord } from "../../records/wire.ts";

const { wire: recordKey } = recordFields.recordKey;
const { wire: updatedAt } = recordFields.updatedAt;

/** Pages without a new record that are allowed, besides two for each page so far, whose records other writers may have moved. */
const maxPagesWithoutNews = 10;

/**
 * Fetches all records of a search, page by page, while other clients write.
 *
 * Offsets count from the first record: when records of earlier pages are deleted, later ones move forward. So each page begins with
 * the last record of the page before. If it does not, or that record has changed and may have moved, the paginator goes back to a
 * page that begins with a known, unchanged record. Records that are not written to keep their order, so none of them is skipped.
 */
export class ForwardPaginator {
  readonly #search: Search;
  readonly #limit: number;
  readonly #sort: FindAllOptions["sort"];
  /** The `updated_at` of each record that was fetched, by hashed key. */
  readonly #known = new Map<unknown, number | undefined>();
  #offset: number | undefined = 0;
  #overlaps = false;
  #pagesWithoutNews = 0;
  /** False for a PoP that returns records in an order that keeps changing. */
  #keepsOrder = true;

  constructor(search: Search, { pageSize = limits.pageSize, sort }: Pick<FindAllOptions, "pageSize" | "sort">) {
    this.#search = search;
    this.#limit = Math.max(2, pageSize);
    this.#sort = sort;
  }

  get isAtEnd(): boolean {
    return this.#offset === undefined;
  }

  /** Fetches the next page, which may hold records of earlier ones. @throws StorageServerError if it makes no progress */
  async next(call: Call): Promise<readonly ReceivedRecord[]> {
    if (this.#offset === undefined) return [];
    const { page, offset } = await this.#fetchFrom(call, this.#offset);
    if (this.#hasNews(page)) this.#pagesWithoutNews = 0;
    else if (!this.#mayContinue()) throw noProgress(call);
    const end = offset + page.data.length;
    this.#overlaps = page.data.length > 1;
    this.#offset = page.data.length === 0 || end >= page.meta.total ? undefined : end - (this.#overlaps ? 1 : 0);
    return page.data;
  }

  /** Fetches the page at an offset or, if records have moved, the nearest one before it that begins with a known record. */
  async #fetchFrom(call: Call, offset: number): Promise<{ readonly page: Page; readonly offset: number }> {
    let step = this.#limit;
    for (let at = offset; ; at = Math.max(0, at - step), step *= 2) {
      const options = { limit: this.#limit, offset: at, sort: this.#sort };
      const page = await fetchPage(call, pageQuery(this.#search, options));
      if (at === 0 || !this.#overlaps || !this.#keepsOrder || this.#isContinuous(page)) return { page, offset: at };
      this.#keepsOrder = this.#mayContinue();
    }
  }

  #isContinuous({ data: [first] }: Page): boolean {
    return first !== undefined && this.#known.has(keyOf(first)) && this.#known.get(keyOf(first)) === changeOf(first);
  }

  #hasNews({ data }: Page): boolean {
    const before = this.#known.size;
    for (const record of data) this.#known.set(keyOf(record), changeOf(record));
    return this.#known.size > before;
  }

  #mayContinue(): boolean {
    this.#pagesWithoutNews += 1;
    return this.#pagesWithoutNews <= maxPagesWithoutNews + 2 * Math.ceil(this.#known.size / (this.#limit - 1));
  }
}

function keyOf({ fields }: ReceivedRecord): unknown {
  return compact(fields[recordKey]);
}

function changeOf({ fields }: ReceivedRecord): number | undefined {
  const date = fields[updatedAt];
  return date instanceof Date ? date.getTime() : undefined;
}

function noProgress({ operation, country }: Call): StorageServerError {
  const message = `${operation}: pagination made no progress: the PoP for "${country}" reported more records, but kept returning the same ones. Ask its operator.`;
  return new StorageServerError(message, {});
}
