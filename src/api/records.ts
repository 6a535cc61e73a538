/**
 * One function for each row of the protocol that is about records (PROTOCOL.md, section 6): path, method, statuses, and the schema of
 * the response.
 */
import * as v from "valibot";
import {
  isStorageError,
  StorageAuthenticationError,
  StorageCryptoError,
  StorageNetworkError,
  StorageServerError,
} from "../errors.ts";
import { type BatchField, batchFieldsIn, errorDetails, errorResponse } from "../http/error-response.ts";
import { isOk, type JsonResponse, parseResponse, unexpectedResponse } from "../http/json-response.ts";
import type { Sent } from "../http/request-sender.ts";
import { type HttpResponse, isSuccess } from "../http/response.ts";
import { limitOfRecords } from "../http/response-limits.ts";
import { stringifyJson } from "../json.ts";
import { holdsReadableText } from "../records/seal.ts";
import { type ReceivedRecord, receivedRecordSchema, type WireRecord } from "../records/wire.ts";
import { isPlainObject, listOf, parse, type SchemaOf, summarize } from "../validation.ts";
import { type ApiCall, recordsPath } from "./call.ts";
import { ifMatchFeature, popFeatures } from "./features.ts";

/** Returns the record as the PoP stored it; undefined if the PoP acknowledges without it. @throws StorageServerError */
export async function writeRecord(call: ApiCall, record: WireRecord): Promise<ReceivedRecord | undefined> {
  const received = await post(call, recordsPath(call.country), record, limitOfRecords(1));
  if (!isSuccess(received.response.status)) throw errorResponse(received, call.operation);
  if (isOk(received.response.text)) return undefined;
  const stored = parseResponse(receivedRecordSchema, received);
  if (stored.fields.record_key !== record.record_key) throw anotherRecord(received.response);
  return stored;
}

/** The outcome of a batch, which a PoP writes as a whole or not at all. */
export type BatchOutcome =
  | {
      readonly written: true;
      /** Parses the records as the PoP stored them, by hashed key; undefined if it acknowledged without them. */
      stored(): ReadonlyMap<unknown, ReceivedRecord> | undefined;
    }
  | RefusedBatch;

/** A batch that the PoP refused. */
export interface RefusedBatch {
  readonly written: false;
  /** `conflict`: a record no longer has the `updated_at` of its condition. `invalid`: the PoP does not accept a record. */
  readonly reason: "conflict" | "invalid";
  readonly error: StorageServerError;
  /** The fields that the response names. */
  readonly fields: readonly BatchField[];
  /** Hashes that the response holds, possibly of record keys. */
  readonly hashes: ReadonlySet<unknown>;
}

const invalidStatuses: ReadonlySet<number> = new Set([400, 413, 422]);
const acknowledgementSchema = v.object({ records: listOf(v.looseObject({ record_key: v.string() })) });
const storedRecordsSchema: SchemaOf<{ records: ReceivedRecord[] }> = v.object({
  records: listOf(receivedRecordSchema),
});

/** Writes a batch. @throws StorageServerError for a status that does not refuse the records themselves. */
export async function writeRecords(
  call: ApiCall,
  records: readonly Readonly<Record<string, unknown>>[],
): Promise<BatchOutcome> {
  const path = `${recordsPath(call.country)}/batchWrite`;
  const received = await post(call, path, { records }, limitOfRecords(records.length));
  const { response, json } = received;
  if (!isSuccess(response.status)) {
    const error = errorResponse(received, call.operation);
    if (response.status !== 412 && !invalidStatuses.has(response.status)) throw error;
    const details = errorDetails(json);
    const hashes = new Set<unknown>(stringifyJson(details).match(/\b[\da-f]{64}\b/g));
    const reason = response.status === 412 ? "conflict" : "invalid";
    return { written: false, reason, error, fields: batchFieldsIn(details), hashes };
  }
  if (isOk(response.text)) return { written: true, stored: () => undefined };
  const { length } = parseResponse(acknowledgementSchema, received).records;
  if (length !== records.length) {
    const what = `response.records: expected the ${records.length} records that were sent, got ${length}`;
    throw unexpectedResponse(response, what);
  }
  return {
    written: true,
    stored: () => {
      const stored = parseResponse(storedRecordsSchema, received).records;
      const byKey = new Map<unknown, ReceivedRecord>(stored.map((record) => [record.fields.record_key, record]));
      if (!records.every(({ record_key: key }) => byKey.has(key))) throw anotherRecord(response);
      return byKey;
    },
  };
}

function anotherRecord(response: HttpResponse): StorageServerError {
  return unexpectedResponse(response, "response.record_key: expected the record that was sent, got another one");
}

/** @throws StorageServerError, with `status` 404 if the record does not exist */
export async function readRecord(call: ApiCall, recordKeyHash: string): Promise<ReceivedRecord> {
  const path = `${recordsPath(call.country)}/${recordKeyHash}`;
  const received = await call.sender.sendJson({ ...call, method: "GET", path, maxBytes: limitOfRecords(1) });
  if (!isSuccess(received.response.status)) throw errorResponse(received, call.operation);
  return parseResponse(receivedRecordSchema, received);
}

export interface FindMeta {
  /** Records of this page. */
  count: number;
  limit: number;
  offset: number;
  /** All records that match. */
  total: number;
}

/** The request for a page, in wire names. */
export interface PageQuery {
  readonly filter: Readonly<Record<string, unknown>>;
  readonly limit: number;
  readonly offset: number;
  readonly sort: readonly Readonly<Record<string, unknown>>[];
}

export interface Page {
  readonly meta: FindMeta;
  readonly data: readonly ReceivedRecord[];
  /** True if the PoP announces conditional writes. */
  readonly supportsIfMatch: boolean;
}

/** A record that the protocol does not allow. */
export interface MalformedRecord {
  readonly raw: Readonly<Record<string, unknown>>;
  readonly error: StorageCryptoError;
}

/** A page with its malformed records in a list of their own. */
export interface LenientPage extends Page {
  readonly malformed: readonly MalformedRecord[];
}

const count = v.pipe(v.number(), v.safeInteger("expected an integer"), v.minValue(0, "expected an integer ≥ 0"));
const meta = v.object({ count, limit: count, offset: count, total: count });
const pageSchema = v.object({ meta, data: v.array(receivedRecordSchema) });
const lenientPageSchema = v.object({ meta, data: v.array(v.custom<Record<string, unknown>>(isPlainObject)) });

/** Fetches one page. @throws StorageServerError also if one of its records is malformed. */
export async function fetchPage(call: ApiCall, query: PageQuery): Promise<Page> {
  const received = await requestPage(call, query);
  return { ...parseResponse(pageSchema, received), ...featuresOf(received) };
}

/** Like `fetchPage`, but collects malformed records instead of throwing. */
export async function fetchLenientPage(call: ApiCall, query: PageQuery): Promise<LenientPage> {
  const received = await requestPage(call, query);
  const { meta, data: records } = parseResponse(lenientPageSchema, received);
  const data: ReceivedRecord[] = [];
  const malformed: MalformedRecord[] = [];
  for (const raw of records) {
    const record = parse(receivedRecordSchema, raw, "record");
    if (record.ok) data.push(record.output);
    else malformed.push({ raw, error: malformedError(summarize(record.issues)) });
  }
  return { meta, data, malformed, ...featuresOf(received) };
}

function malformedError(issues: string): StorageCryptoError {
  return new StorageCryptoError(`The PoP sent a malformed record: ${issues}.`);
}

function featuresOf({ response }: JsonResponse): Pick<Page, "supportsIfMatch"> {
  return { supportsIfMatch: popFeatures(response.headers).has(ifMatchFeature) };
}

async function requestPage(call: ApiCall, { filter, limit, offset, sort }: PageQuery): Promise<JsonResponse> {
  const options = { limit, offset, ...(sort.length === 0 ? {} : { sort }) };
  const path = `${recordsPath(call.country)}/find`;
  const received = await post(call, path, { filter, options }, limitOfRecords(limit));
  const { response, json } = received;
  if (!isSuccess(response.status)) throw errorResponse(received, call.operation);
  // Counted before they are parsed: there may be millions.
  const data = isPlainObject(json) && Array.isArray(json.data) ? json.data : [];
  if (data.length <= limit) return received;
  throw unexpectedResponse(response, `response.data: expected no more than ${limit} records, got ${data.length}`);
}

/** @throws StorageServerError, with `status` 404 if the record does not exist */
export async function deleteRecord(call: ApiCall, recordKeyHash: string): Promise<void> {
  const path = `${recordsPath(call.country)}/${recordKeyHash}`;
  checkDeleted(await call.sender.sendJson({ ...call, method: "DELETE", path }), call);
}

/** Accepts a 404 after a retry: an earlier attempt may have deleted it before its response was lost. @throws StorageServerError */
export function checkDeleted(received: Sent<JsonResponse>, { operation }: ApiCall): void {
  const { status } = received.response;
  if (isSuccess(status) || (status === 404 && received.retriedAfterNetworkError)) return;
  throw errorResponse(received, operation);
}

/** @throws StorageServerError */
export async function deleteRecords(call: ApiCall, recordKeyHashes: readonly string[]): Promise<void> {
  const path = `${recordsPath(call.country)}/batchDelete`;
  const received = await post(call, path, { filter: { record_key: recordKeyHashes } });
  if (!isSuccess(received.response.status)) throw errorResponse(received, call.operation);
}

/** Returns true if the PoP responds with a good status, and false for any other response. @throws StorageNetworkError */
export async function checkHealth(call: ApiCall): Promise<boolean> {
  // Failing to find the host or to get a token does not make the PoP unhealthy.
  await call.sender.prepare(call);
  try {
    const { response } = await call.sender.sendJson({ ...call, method: "GET", path: "/healthcheck", noRetry: true });
    return isSuccess(response.status);
  } catch (error) {
    if (hasResponse(error)) return false;
    throw error;
  }
}

/** True for a redirect, whose status a page cannot see, and for a 401 in spite of a fresh token. */
function hasResponse(error: unknown): boolean {
  const failure = error instanceof StorageAuthenticationError && isStorageError(error.cause) ? error.cause : error;
  return failure instanceof StorageServerError && !(failure instanceof StorageNetworkError);
}

function post(call: ApiCall, path: string, value: object, maxBytes?: number): Promise<Sent<JsonResponse>> {
  const body = stringifyJson(value);
  return call.sender.sendJson({ ...call, method: "POST", path, body, readable: holdsReadableText(body), maxBytes });
}
