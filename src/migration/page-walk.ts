import { StorageServerError } from "../errors.ts";
import { run } from "../operations/context.ts";
import type { Page, Search } from "../operations/find.ts";
import type { Iteration } from "../operations/iterate.ts";
import { inFlight } from "./in-flight.ts";

export interface PageWalkOptions<Visited extends Page> extends Iteration {
  readonly search: Search;
  readonly fetchPage: (search: Search, place: { readonly offset?: number; readonly limit: number }) => Promise<Visited>;
  /** Records of a page, whatever they are. */
  readonly lengthOf: (page: Visited) => number;
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
export async function walkPages<Visited extends Page, Result>(
  { search, fetchPage, lengthOf, pageSize, concurrency, request, stop }: PageWalkOptions<Visited>,
  visit: (page: Visited) => Promise<Result>,
): Promise<PageWalk<Result>> {
  const first = await run(request, () => fetchPage(search, { limit: pageSize }));
  const { total } = first.meta;
  let shortPages = 0;
  const fetchNext = async (place: Place): Promise<Visited> => {
    const page = await fetchPage(search, place);
    // What was deleted meanwhile may leave one short, and its number of records not yet counted anew.
    const announced = Math.min(place.limit, page.meta.total - place.offset);
    shortPages = lengthOf(page) < announced ? shortPages + 1 : 0;
    if (shortPages > mostShortPages) throw withoutRecords(search, page.meta.total);
    return page;
  };
  function* visits(): Generator<() => Promise<Result>, void, undefined> {
    if (total <= lengthOf(first)) return yield () => run(request, () => visit(first));
    for (const place of pagesFromTheEnd(total, pageSize)) {
      yield () => run(request, async () => visit(await fetchNext(place)));
    }
  }
  return { total, results: inFlight(visits(), concurrency, stop) };
}

/** Pages, one after the other, with fewer records than the PoP says that there are. */
const mostShortPages = 10;

function withoutRecords({ operation, country }: Search, total: number): StorageServerError {
  const message = `${operation}: the PoP of ${country} says that there are ${total} records, and does not give them: ask who runs it.`;
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
