import * as v from "valibot";
import { isStorageError, StorageCryptoError, StorageIntegrityError } from "../../errors.ts";
import { parseAnswer, unexpected } from "../../http/answers.ts";
import { limitOfRecords } from "../../http/response-limits.ts";
import type { HttpAnswer } from "../../http/transport.ts";
import { stringifyJson } from "../../json.ts";
import { limits } from "../../records/fields.ts";
import { matchesFilter, matchesUnset } from "../../records/filter/match.ts";
import type { FindError, FindFilter, FindOptions } from "../../records/filter/types.ts";
import { sealFilter, wireSort } from "../../records/filter/wire.ts";
import { type OpenedRecord, openRecord, type RecordOpening } from "../../records/open.ts";
import type { StorageRecord } from "../../records/record.ts";
import { type ReceivedRecord, receivedRecordSchema } from "../../records/wire.ts";
import type { RequestOptions } from "../../request-options.ts";
import { isPlainObject, parse, type SchemaOf, summarize } from "../../validation.ts";
import { checkInput, keyHashingOf, recordsPath, run, type StorageContext } from "../context.ts";

export interface FindMeta {
  /** Records of this page. */
  count: number;
  limit: number;
  offset: number;
  /** All records that match. */
  total: number;
}

export interface FindResult {
  records: StorageRecord[];
  meta: FindMeta;
  /** The records of the page that could not be opened; absent where all could. */
  errors?: FindError[];
}

/** `Storage.find`: one page of the records that match, opened. */
export async function find(
  context: StorageContext,
  input: { country: unknown; filter: unknown; options: unknown; request: unknown },
): Promise<FindResult> {
  const { country: countrySchema, filter: filterSchema, findOptions, request: requestSchema } = context.schemas;
  const entries = { country: countrySchema, filter: filterSchema, options: findOptions, request: requestSchema };
  const { country, filter, options, request } = checkInput("find", entries, input);
  return run(request, async () => {
    const search = await prepareSearch(context, { operation: "find", country, filter, request });
    const page = await fetchPage(search, options);
    const { records, errors } = await openPage(page.data, search);
    const opened = records.map(({ record }) => record);
    return { records: opened, meta: page.meta, ...(errors.length > 0 ? { errors } : {}) };
  });
}

/** `Storage.findOne`: the first record that matches, or null. */
export async function findOne(
  context: StorageContext,
  input: { country: unknown; filter: unknown; options: unknown; request: unknown },
): Promise<{ record: StorageRecord | null }> {
  const { country: countrySchema, filter: filterSchema, findOneOptions, request: requestSchema } = context.schemas;
  const entries = { country: countrySchema, filter: filterSchema, options: findOneOptions, request: requestSchema };
  const { country, filter, options, request } = checkInput("findOne", entries, input);
  return run(request, async () => {
    const search = await prepareSearch(context, { operation: "findOne", country, filter, request });
    const page = await fetchPage(search, { ...options, limit: 1 });
    const { records, errors } = await openPage(page.data, search);
    if (errors[0] !== undefined) throw errors[0].error;
    return { record: records[0]?.record ?? null };
  });
}

/** A search that is ready to fetch one page after another. */
export interface Search {
  readonly context: StorageContext;
  readonly operation: string;
  readonly country: string;
  readonly request: RequestOptions;
  readonly filter: Readonly<Record<string, unknown>>;
  readonly opening: RecordOpening;
}

export async function prepareSearch(
  context: StorageContext,
  search: { operation: string; country: string; filter: FindFilter; request: RequestOptions },
): Promise<Search> {
  const keys = await keyHashingOf(context);
  const opening = { keys, cipher: context.cipher.forOperation() };
  return { ...search, context, filter: sealFilter(search.filter, keys), opening };
}

export interface Page {
  readonly meta: FindMeta;
  readonly data: readonly ReceivedRecord[];
}

/** A record of a page that is not what the protocol says. */
export interface UnreadableRecord {
  readonly raw: Readonly<Record<string, unknown>>;
  readonly error: StorageCryptoError;
}

/** A page whose records are told apart: those that the protocol knows, and others. */
export interface SortedPage extends Page {
  readonly unreadable: readonly UnreadableRecord[];
}

const count = v.pipe(v.number(), v.safeInteger("expected an integer"), v.minValue(0, "expected an integer ≥ 0"));
const meta = v.object({ count, limit: count, offset: count, total: count });
const pageSchema: SchemaOf<Page> = v.object({ meta, data: v.array(receivedRecordSchema) });
const sortedPageSchema: SchemaOf<SortedPage> = v.pipe(
  v.object({ meta, data: v.array(v.custom<Record<string, unknown>>(isPlainObject)) }),
  v.transform((page) => {
    const parsed = page.data.map((raw) => ({ raw, record: parse(receivedRecordSchema, raw, "record") }));
    return {
      meta: page.meta,
      data: parsed.flatMap(({ record }) => (record.ok ? [record.output] : [])),
      unreadable: parsed.flatMap(({ raw, record }) =>
        record.ok
          ? []
          : [
              {
                raw,
                error: new StorageCryptoError(
                  `The PoP sent a record that cannot be read: ${summarize(record.issues)}.`,
                ),
              },
            ],
      ),
    };
  }),
);

/** One page. @throws StorageServerError where it is not what the protocol says, be it in one record. */
export function fetchPage(search: Search, options: FindOptions): Promise<Page> {
  return fetchAs(pageSchema, search, options);
}

/** The same for who goes through all records, and shall not be stopped by one. */
export function fetchSortedPage(search: Search, options: FindOptions): Promise<SortedPage> {
  return fetchAs(sortedPageSchema, search, options);
}

async function fetchAs<Result extends Page>(
  schema: SchemaOf<Result>,
  search: Search,
  options: FindOptions,
): Promise<Result> {
  const { context, operation, country, request, filter } = search;
  const { limit = limits.pageSize, offset = 0, sort } = options;
  const sorted = sort === undefined || sort.length === 0 ? {} : { sort: wireSort(sort) };
  const body = stringifyJson({ filter, options: { limit, offset, ...sorted } });
  const path = `${recordsPath(country)}/find`;
  const { answer, json } = await context.pop.callSuccessfully({
    operation,
    country,
    method: "POST",
    path,
    body,
    request,
    maxAnswerBytes: limitOfRecords(limit),
  });
  checkLength(answer, json, limit);
  return parseAnswer(schema, answer, json);
}

/** Checked before the records are looked at, of which there may be millions. */
function checkLength(answer: HttpAnswer, json: unknown, limit: number): void {
  const data = isPlainObject(json) && Array.isArray(json.data) ? json.data : [];
  if (data.length <= limit) return;
  throw unexpected(answer, `answer.data: expected no more than ${limit} records, got ${data.length}`);
}

/** A record that was opened, and the answer that it was opened from. */
export type OpenedAnswer = OpenedRecord & { readonly answered: ReceivedRecord };

export interface OpenedPage {
  readonly records: readonly OpenedAnswer[];
  readonly errors: FindError[];
}

/** Opens what opens; the rest becomes errors. What is not the fault of a record (no secrets, say) is thrown. */
export async function openPage(
  page: readonly ReceivedRecord[],
  { opening, filter }: Pick<Search, "opening" | "filter">,
): Promise<OpenedPage> {
  const results = await Promise.all(page.map((answered) => openOne(answered, { opening, filter })));
  const records: OpenedAnswer[] = [];
  const errors: FindError[] = [];
  for (const result of results) {
    if ("error" in result) errors.push(result);
    else records.push(result);
  }
  return { records, errors };
}

async function openOne(
  answered: ReceivedRecord,
  { opening, filter }: Pick<Search, "opening" | "filter">,
): Promise<OpenedAnswer | FindError> {
  try {
    if (!matchesFilter(answered.fields, filter)) throw noMatch();
    const opened = await openRecord(answered, opening);
    if (!matchesUnset(opened.record, filter)) throw noMatch();
    return { ...opened, answered };
  } catch (error) {
    return { rawData: answered.raw, error: errorOfRecord(error) };
  }
}

/** The error of one record, which must not keep others from being opened. @throws what is not the fault of a record. */
export function errorOfRecord(error: unknown): StorageCryptoError {
  if (error instanceof StorageCryptoError) return error;
  if (isStorageError(error)) throw error;
  return new StorageCryptoError("Unexpected error at one record; see `cause`.", { cause: error });
}

function noMatch(): StorageIntegrityError {
  return new StorageIntegrityError("The PoP sent a record that does not match the filter.");
}
