import { type FindMeta, fetchPage } from "../../api/records.ts";
import type { Arguments } from "../../calls/arguments.ts";
import { perform } from "../../calls/call.ts";
import type { StorageContext } from "../../calls/context.ts";
import { pageQuery, prepareSearch } from "../../calls/search.ts";
import type { FindError } from "../../records/filter/types.ts";
import { openPage } from "../../records/open-page.ts";
import type { StorageRecord } from "../../records/record.ts";

export interface FindResult {
  records: StorageRecord[];
  meta: FindMeta;
  /** The records of the page that failed to decrypt; absent if there are none. */
  errors?: FindError[];
}

/** `Storage.find`: fetches one page of the records that match, and decrypts it. */
export function find(storage: StorageContext, given: Arguments<"filter" | "options">): Promise<FindResult> {
  const own = { filter: storage.schemas.filter, options: storage.schemas.findOptions };
  return perform(storage, "find", own, given, async (call, { filter, options }) => {
    const search = prepareSearch(call, filter);
    const page = await fetchPage(call, pageQuery(search, options));
    const { records, errors } = await openPage(page.data, search.filter, call);
    const opened = records.map(({ record }) => record);
    return { records: opened, meta: page.meta, ...(errors.length > 0 ? { errors } : {}) };
  });
}

/** `Storage.findOne`: returns the first record that matches, or null. */
export function findOne(
  storage: StorageContext,
  given: Arguments<"filter" | "options">,
): Promise<{ record: StorageRecord | null }> {
  const own = { filter: storage.schemas.filter, options: storage.schemas.findOneOptions };
  return perform(storage, "findOne", own, given, async (call, { filter, options }) => {
    const search = prepareSearch(call, filter);
    const page = await fetchPage(call, pageQuery(search, { ...options, limit: 1 }));
    const { records, errors } = await openPage(page.data, search.filter, call);
    if (errors[0] !== undefined) throw errors[0].error;
    return { record: records[0]?.record ?? null };
  });
}
