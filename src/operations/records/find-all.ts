import { iterate } from "../../async/iterate.ts";
import { StorageClientError } from "../../errors.ts";
import { recordFields } from "../../records/fields.ts";
import type { FindAllOptions, FindError } from "../../records/filter/types.ts";
import type { StorageRecord } from "../../records/record.ts";
import type { ReceivedRecord } from "../../records/wire.ts";
import { isPlainObject } from "../../validation.ts";
import { checkInput, run, type StorageContext } from "../context.ts";
import { type OpenedPage, openPage, prepareSearch, type Search } from "./find.ts";
import { RecordWalk } from "./paginator.ts";

/**
 * `Storage.findAll`: every record that matches, page by page. A page is fetched while the caller works on the one before it.
 * A record that another client's writes move to a later page is not given twice, and none is passed over that nobody touches.
 */
export function findAll(
  context: StorageContext,
  input: { country: unknown; filter: unknown; options: unknown; request: unknown },
): AsyncIterableIterator<StorageRecord, void, undefined> {
  const { country: countrySchema, filter: filterSchema, findAllOptions, request: requestSchema } = context.schemas;
  const entries = { country: countrySchema, filter: filterSchema, options: findAllOptions, request: requestSchema };
  const check = () => checkInput("findAll", entries, input);
  return iterate(check, async function* ({ country, filter, options }, { request }) {
    const search = await run(request, async () =>
      prepareSearch(context, { operation: "findAll", country, filter, request }),
    );
    yield* records(search, options);
  });
}

const { wire: recordKey } = recordFields.recordKey;
const { wire: body } = recordFields.body;

async function* records(search: Search, options: FindAllOptions): AsyncGenerator<StorageRecord, void, undefined> {
  const { signal } = search.request;
  const walk = new RecordWalk(search, options);
  const once = new Once();
  const fetchNext = (): Promise<OpenedPage> =>
    run({ signal }, async () => once.of(await openPage(once.notGiven(await walk.next()), search)));
  let coming: Promise<OpenedPage> | undefined = fetchNext();
  while (coming !== undefined) {
    const page: OpenedPage = await coming;
    coming = undefined;
    const fetchAhead = (): void => {
      if (walk.isOver || coming !== undefined) return;
      coming = fetchNext();
      // It is awaited later, if at all: until then its failure is nobody's.
      coming.catch(() => undefined);
    };
    for (const [index, { record }] of page.records.entries()) {
      // Not before half of the page is used: a caller that only looks at the first few costs one page.
      if (index * 2 >= page.records.length) fetchAhead();
      yield record;
      signal?.throwIfAborted();
    }
    for (const failed of page.errors) {
      if (options.onError === undefined) throw failed.error;
      await tell(options.onError, failed);
      signal?.throwIfAborted();
    }
    fetchAhead();
  }
}

/** Lets each record through once, and each error: pages overlap. */
class Once {
  readonly #given = new Set<unknown>();
  readonly #told = new Set<string>();

  notGiven(records: readonly ReceivedRecord[]): ReceivedRecord[] {
    return records.filter(({ fields }) => !this.#given.has(fields[recordKey]));
  }

  /** What did not open is not given, whatever key it has: it may be a forgery of one that does. */
  of({ records: opened, errors }: OpenedPage): OpenedPage {
    return {
      records: opened.filter(({ answered }) => addTo(this.#given, answered.fields[recordKey])),
      errors: errors.filter((failed) => addTo(this.#told, identityOf(failed))),
    };
  }
}

/** The end of a ciphertext is its tag: with the key it tells one forgery from another, and takes little room. */
function identityOf({ rawData }: FindError): string {
  const raw = isPlainObject(rawData) ? rawData : {};
  const tag = typeof raw[body] === "string" ? raw[body].slice(-tagLength) : "";
  return `${String(raw[recordKey])} ${tag}`;
}

/** Characters. */
const tagLength = 24;

function addTo<Item>(set: Set<Item>, item: Item): boolean {
  return set.size < set.add(item).size;
}

async function tell(onError: (failed: FindError) => unknown, failed: FindError): Promise<void> {
  try {
    await onError(failed);
  } catch (cause) {
    throw new StorageClientError("onError() failed: its own error is the cause.", { cause });
  }
}
