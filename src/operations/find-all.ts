import { StorageClientError } from "../errors.ts";
import { limits } from "../records/fields.ts";
import type { FindAllOptions, FindError } from "../records/find-filter.ts";
import type { StorageRecord } from "../records/record.ts";
import { checkInput, run, type StorageContext } from "./context.ts";
import { fetchPage, type OpenedPage, openPage, type Page, prepareSearch, type Search } from "./find.ts";
import { iterate } from "./iterate.ts";

/**
 * `Storage.findAll`: every record that matches, page by page. A page is fetched while the caller works on the one before it.
 * A record that another client's writes move to a later page is not given twice.
 */
export async function* findAll(
  context: StorageContext,
  input: { country: unknown; filter: unknown; options: unknown; request: unknown },
): AsyncGenerator<StorageRecord, void, undefined> {
  const { country: countrySchema, filter: filterSchema, findAllOptions, request: requestSchema } = context.schemas;
  const entries = { country: countrySchema, filter: filterSchema, options: findAllOptions, request: requestSchema };
  const { country, filter, options, request } = checkInput("findAll", entries, input);
  yield* iterate(request, async function* (iteration) {
    const search = await run(iteration.request, () =>
      prepareSearch(context, { operation: "findAll", country, filter, request: iteration.request }),
    );
    yield* records(search, options);
  });
}

interface FetchedPage {
  readonly page: Page;
  readonly opened: OpenedPage;
  readonly next: number | undefined;
}

async function* records(search: Search, options: FindAllOptions): AsyncGenerator<StorageRecord, void, undefined> {
  const seen = new Set<unknown>();
  let coming: Promise<FetchedPage> | undefined = fetchNext(search, options, 0, undefined);
  while (coming !== undefined) {
    const { page, opened, next } = await coming;
    coming = undefined;
    const fetchAhead = (): void => {
      if (next === undefined || coming !== undefined) return;
      coming = fetchNext(search, options, next, page.meta.total);
      // It is awaited later, if at all: until then its failure is nobody's.
      coming.catch(() => undefined);
    };
    const fresh = opened.records.filter(({ answered }) => isNew(seen, answered.fields.record_key));
    for (const [index, { record }] of fresh.entries()) {
      // Not before half of the page is used: a caller that only looks at the first few costs one page.
      if (index * 2 >= fresh.length) fetchAhead();
      yield record;
    }
    for (const failed of opened.errors) {
      if (options.onError === undefined) throw failed.error;
      await tell(options.onError, failed);
    }
    fetchAhead();
  }
}

async function tell(onError: (failed: FindError) => unknown, failed: FindError): Promise<void> {
  try {
    await onError(failed);
  } catch (cause) {
    throw new StorageClientError("onError() failed: its own error is the cause.", { cause });
  }
}

function isNew(seen: Set<unknown>, recordKey: unknown): boolean {
  return seen.size < seen.add(recordKey).size;
}

async function fetchNext(
  search: Search,
  { pageSize = limits.pageSize, sort }: FindAllOptions,
  offset: number,
  totalBefore: number | undefined,
): Promise<FetchedPage> {
  const { signal } = search.request;
  const page = await run({ signal }, () => fetchPage(search, { limit: pageSize, offset, sort }));
  const opened = await run({ signal }, () => openPage(page.data, search));
  // What was deleted since the page before moved those behind it forward, out of this page: as many steps back find them.
  const deleted = totalBefore === undefined ? 0 : Math.max(0, totalBefore - page.meta.total);
  const next = deleted > 0 ? Math.max(0, offset - deleted) : offset + page.data.length;
  const isLast = page.data.length === 0 || offset + page.data.length >= page.meta.total;
  return { page, opened, next: isLast && deleted === 0 ? undefined : next };
}
