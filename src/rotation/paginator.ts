import { inFlight } from "../async/in-flight.ts";
import type { Iteration } from "../async/iterate.ts";
import { StorageServerError } from "../errors.ts";
import { run } from "../operations/context.ts";
import type { Page, Search } from "../operations/records/find.ts";
import { recordFields } from "../records/fields.ts";
import { keptText, type ReceivedRecord } from "../records/wire.ts";

export interface PageWalkOptions<Visited extends Page> extends Iteration {
  readonly search: Search;
  readonly fetchPage: (search: Search, place: { readonly offset?: number; readonly limit: number }) => Promise<Visited>;
  /** The records of a page, whatever they are. */
  readonly recordsOf: (page: Visited) => readonly Pick<ReceivedRecord, "raw">[];
  readonly pageSize: number;
  /** Pages that are fetched and visited at a time. */
  readonly concurrency: number;
}

/** A walk over all pages of a search. */
export interface PageWalk<Result> {
  /** The records that matched when the walk began. */
  readonly total: number;
  /** What the visits came to, in the order in which they ended. */
  readonly results: AsyncIterable<Result>;
}

/**
 * Visits every page of a search once. It goes from the last page to the first: a record that a visit takes out of the search moves
 * none but those behind it, which were visited before; so several pages can be on their way at once, and records that stay in the
 * search hold nothing up. Records that others add meanwhile are for another walk. It always ends: a PoP that reports more records
 * than it returns gets a bounded number of requests.
 */
export async function walkPages<Visited extends Page, Result>(
  { search, fetchPage, recordsOf, pageSize, concurrency, request, stop }: PageWalkOptions<Visited>,
  visit: (page: Visited) => Promise<Result>,
): Promise<PageWalk<Result>> {
  const first = await run(request, () => fetchPage(search, { limit: pageSize }));
  const { total } = first.meta;
  const met = new Set<unknown>();
  const progress = new PageProgress(mostBarrenPages, (barren) => withoutRecords(search, total, barren));
  let end = total;
  const fetchNext = async (place: Place): Promise<Visited> => {
    const page = await fetchPage(search, place);
    // Others may have deleted records meanwhile, so that there are fewer pages now.
    end = Math.min(end, page.meta.total);
    const announced = Math.min(place.limit, page.meta.total - place.offset);
    const records = recordsOf(page);
    const before = met.size;
    for (const { raw } of records) met.add(keptText(raw[recordKey]));
    progress.count(met.size > before && records.length >= announced);
    return page;
  };
  function* visits(): Generator<() => Promise<Result>, void, undefined> {
    if (total <= recordsOf(first).length) return yield () => run(request, () => visit(first));
    while (end > 0) {
      const offset = Math.max(0, end - pageSize);
      const place = { offset, limit: end - offset };
      end = offset;
      yield () => run(request, async () => visit(await fetchNext(place)));
    }
  }
  return { total, results: inFlight(visits(), concurrency, stop) };
}

const { wire: recordKey } = recordFields.recordKey;

interface Place {
  readonly offset: number;
  readonly limit: number;
}

function withoutRecords({ operation, country }: Search, total: number, pages: number): StorageServerError {
  const message = `${operation}: pagination made no progress on ${pages} pages: the PoP for "${country}" reported ${total} records, but returned fewer. Ask its operator.`;
  return new StorageServerError(message, {});
}

/** More than are under way at once: if others delete many records, none of these may be left. */
const mostBarrenPages = 50;

/** Counts pages that came to something and pages that did not, and ends what gets nowhere. */
export class PageProgress {
  readonly #most: number;
  readonly #error: (barren: number) => Error;
  #fruitful = 0;
  #barren = 0;

  /** `most`: pages that may come to nothing, beside one for each page that came to something. */
  constructor(most: number, error: (barren: number) => Error) {
    this.#most = most;
    this.#error = error;
  }

  /** @throws the given error once too many pages have come to nothing. */
  count(isFruitful: boolean): void {
    if (isFruitful) this.#fruitful += 1;
    else this.#barren += 1;
    if (this.#barren > this.#fruitful + this.#most) throw this.#error(this.#barren);
  }
}
