import type { Arguments } from "../../calls/arguments.ts";
import { performIteration, runPart } from "../../calls/call.ts";
import type { StorageContext } from "../../calls/context.ts";
import { prepareSearch, type Search } from "../../calls/search.ts";
import { StorageClientError } from "../../errors.ts";
import { recordFields } from "../../records/fields.ts";
import type { FindAllOptions, FindError } from "../../records/filter/types.ts";
import { type OpenedPage, openPage } from "../../records/open-page.ts";
import type { StorageRecord } from "../../records/record.ts";
import type { ReceivedRecord } from "../../records/wire.ts";
import { isPlainObject } from "../../validation.ts";
import { ForwardPaginator } from "./forward-paginator.ts";

/** `Storage.findAll`: yields every record that matches, once. A page is fetched while the caller works on the one before it. */
export function findAll(
  storage: StorageContext,
  given: Arguments<"filter" | "options">,
): AsyncIterableIterator<StorageRecord, void, undefined> {
  const own = { filter: storage.schemas.filter, options: storage.schemas.findAllOptions };
  return performIteration(storage, "findAll", own, given, (call, { filter, options }) =>
    records(prepareSearch(call, filter), options),
  );
}

const { wire: recordKey } = recordFields.recordKey;
const { wire: body } = recordFields.body;

async function* records(
  { call, filter }: Search,
  options: FindAllOptions,
): AsyncGenerator<StorageRecord, void, undefined> {
  const { signal } = call.request;
  const paginator = new ForwardPaginator({ call, filter }, options);
  const once = new Once();
  const fetchNext = (): Promise<OpenedPage> =>
    runPart(call, async (part) =>
      once.filterOpened(await openPage(once.filter(await paginator.next(part)), filter, part)),
    );
  let coming: Promise<OpenedPage> | undefined = fetchNext();
  while (coming !== undefined) {
    const page: OpenedPage = await coming;
    coming = undefined;
    const fetchAhead = (): void => {
      if (paginator.isAtEnd || coming !== undefined) return;
      coming = fetchNext();
      // Avoids an unhandled rejection; awaited later, unless the caller stops.
      coming.catch(() => undefined);
    };
    for (const [index, { record }] of page.records.entries()) {
      // Not before half of the page: a caller that needs only a few records then costs one request.
      if (index * 2 >= page.records.length) fetchAhead();
      yield record;
      signal.throwIfAborted();
    }
    for (const failed of page.errors) {
      if (options.onError === undefined) throw failed.error;
      await callOnError(options.onError, failed);
      signal.throwIfAborted();
    }
    fetchAhead();
  }
}

/** Drops records and errors that were yielded before, since pages overlap. */
class Once {
  readonly #records = new Set<unknown>();
  readonly #errors = new Set<string>();

  filter(records: readonly ReceivedRecord[]): ReceivedRecord[] {
    return records.filter(({ fields }) => !this.#records.has(fields[recordKey]));
  }

  /** Marks only decrypted records as yielded: one that fails may be a forgery of one that does not. */
  filterOpened({ records, errors }: OpenedPage): OpenedPage {
    return {
      records: records.filter(({ received }) => add(this.#records, received.fields[recordKey])),
      errors: errors.filter((failed) => add(this.#errors, identityOf(failed))),
    };
  }
}

/** Characters. */
const tagLength = 24;

/** Identifies a failed record by its key and the tag at the end of its ciphertext, which takes little memory. */
function identityOf({ rawData }: FindError): string {
  const raw = isPlainObject(rawData) ? rawData : {};
  const tag = typeof raw[body] === "string" ? raw[body].slice(-tagLength) : "";
  return `${String(raw[recordKey])} ${tag}`;
}

/** Adds an item; false if the set has it. */
function add<Item>(set: Set<Item>, item: Item): boolean {
  return set.size < set.add(item).size;
}

async function callOnError(onError: (failed: FindError) => unknown, failed: FindError): Promise<void> {
  try {
    await onError(failed);
  } catch (cause) {
    throw new StorageClientError("onError() failed; see `cause`.", { cause });
  }
}
