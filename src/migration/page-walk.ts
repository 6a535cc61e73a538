import { StorageServerError } from "../errors.ts";
import { run } from "../operations/context.ts";
import { fetchPage, type Page, type Search } from "../operations/find.ts";
import type { Iteration } from "../operations/iterate.ts";
import { inFlight } from "./in-flight.ts";

export interface PageWalkOptions extends Iteration {
  readonly search: Search;
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
 * Visits every page of a search once, and so always ends. It goes from the last page to the first: a record that a visit takes
 * out of the search moves none but those behind it, which were visited before; so several pages can be on their way at once,
 * and records that stay in the search hold nothing up. Records that others add meanwhile are for another walk.
 */
export async function walkPages<Result>(
  { search, pageSize, concurrency, request, stop }: PageWalkOptions,
  visit: (page: Page) => Promise<Result>,
): Promise<PageWalk<Result>> {
  const first = await run(request, () => fetchPage(search, { limit: pageSize }));
  const { total } = first.meta;
  let emptyPages = 0;
  const fetchNext = async (place: Place): Promise<Page> => {
    const page = await fetchPage(search, place);
    // What was deleted meanwhile may leave one empty, and its number of records not yet counted anew.
    emptyPages = page.data.length === 0 && page.meta.total > place.offset ? emptyPages + 1 : 0;
    if (emptyPages > mostEmptyPages) throw withoutRecords(search, page.meta.total);
    return page;
  };
  function* visits(): Generator<() => Promise<Result>, void, undefined> {
    if (total <= first.data.length) return yield () => run(request, () => visit(first));
    for (const place of pagesFromTheEnd(total, pageSize)) {
      yield () => run(request, async () => visit(await fetchNext(place)));
    }
  }
  return { total, results: inFlight(visits(), concurrency, stop) };
}

/** Pages, one after the other, that are empty although the PoP says that there are records. */
const mostEmptyPages = 10;

function withoutRecords({ operation, country }: Search, total: number): StorageServerError {
  const message = `${operation}: the PoP of ${country} says that there are ${total} records, and gives none of them: ask who runs it.`;
  return new StorageServerError(message, {});
}

interface Place {
  readonly offset: number;
  readonly limit: number;
}

/** One after the other: how many there are is what the PoP says, and may be anything. */
function* pagesFromTheEnd(total: number, pageSize: number): Generator<Place, void, undefined> {
  for (let end = total; end > 0; end -= pageSize) {
    const offset = Math.max(0, end - pageSize);
    yield { offset, limit: end - offset };
  }
}
