import type { Page, PageQuery } from "../api/records.ts";
import { inFlight } from "../async/in-flight.ts";
import { type Call, runPart } from "../calls/call.ts";
import { pageQuery, type Search } from "../calls/search.ts";
import { StorageServerError } from "../errors.ts";
import { recordFields } from "../records/fields.ts";
import { keptText, type ReceivedRecord } from "../records/wire.ts";
import { StallGuard } from "./stall-guard.ts";

const { wire: recordKey } = recordFields.recordKey;

/** Pages without progress that are allowed: more than are in flight, since those may all be empty after deletions by others. */
const maxPagesWithoutProgress = 50;

export interface PaginatorOptions<Visited extends Page> {
  readonly search: Search;
  readonly fetchPage: (call: Call, query: PageQuery) => Promise<Visited>;
  /** Returns all records of a page, malformed ones included. */
  readonly recordsOf: (page: Visited) => readonly Pick<ReceivedRecord, "raw">[];
  readonly pageSize: number;
  /** Pages in flight at a time. */
  readonly concurrency: number;
  /** Ends the pages in flight. */
  readonly stop: () => void;
}

/**
 * Visits every page of a search once, several at a time, from the last to the first: a visit that removes records from the search
 * moves only records of pages that were visited before. Records that other clients add meanwhile are left out. A PoP that reports
 * more records than it returns gets a limited number of requests.
 *
 * @returns The number of records that match at the start, and the results of the visits in the order in which they end.
 */
export async function visitPages<Visited extends Page, Result>(
  { search, fetchPage, recordsOf, pageSize, concurrency, stop }: PaginatorOptions<Visited>,
  visit: (call: Call, page: Visited) => Promise<Result>,
): Promise<{ readonly total: number; readonly results: AsyncIterable<Result> }> {
  const { call } = search;
  const first = await runPart(call, (part) => fetchPage(part, pageQuery(search, { limit: pageSize })));
  const { total } = first.meta;
  const known = new Set<unknown>();
  const guard = new StallGuard(maxPagesWithoutProgress, (pages) => noProgress(call, total, pages));
  let end = total;
  const fetchNext = async (part: Call, offset: number, limit: number): Promise<Visited> => {
    const page = await fetchPage(part, pageQuery(search, { offset, limit }));
    // Other clients may have deleted records, so that there are fewer pages.
    end = Math.min(end, page.meta.total);
    const records = recordsOf(page);
    const before = known.size;
    for (const { raw } of records) known.add(keptText(raw[recordKey]));
    guard.count(known.size > before && records.length >= Math.min(limit, page.meta.total - offset));
    return page;
  };
  function* visits(): Generator<() => Promise<Result>, void, undefined> {
    if (total <= recordsOf(first).length) return yield () => runPart(call, (part) => visit(part, first));
    while (end > 0) {
      const offset = Math.max(0, end - pageSize);
      const limit = end - offset;
      end = offset;
      yield () => runPart(call, async (part) => visit(part, await fetchNext(part, offset, limit)));
    }
  }
  return { total, results: inFlight(visits(), concurrency, stop) };
}

function noProgress({ operation, country }: Call, total: number, pages: number): StorageServerError {
  const message = `${operation}: pagination made no progress on ${pages} pages: the PoP for "${country}" reported ${total} records, but returned fewer. Ask its operator.`;
  return new StorageServerError(message, {});
}
