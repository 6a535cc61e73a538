import { isStorageError, type Storage, type StorageError, type StorageOptions } from "incountry-storage";
import { parseJson } from "incountry-storage/protocol";
import { array, is, looseObject, optional, parse, record, string, unknown } from "valibot";
import { expect } from "vitest";
import { rejection } from "../faults/fault-storage.ts";
import { popStorage } from "../pop-storage.ts";

/** A request to a hostile PoP. */
export interface Call {
  readonly method: string;
  readonly url: URL;
  /** The last part of the path: `find`, `batchWrite`, the hash of a record key. */
  readonly operation: string;
  /** undefined if the body is not JSON. */
  readonly body: unknown;
}

/** A `fetch` without a network, and the requests to it. */
export interface HostilePop {
  readonly fetch: typeof fetch;
  readonly calls: Call[];
}

/** Fails every further request, so that an endless client fails its test. */
const mostCalls = 4_000;

/** Responds to each request with the test's function, without a PoP. */
export function hostilePop(response: (call: Call, index: number) => Response | Promise<Response>): HostilePop {
  const calls: Call[] = [];
  return {
    calls,
    fetch: async (input, init) => {
      const call = await callOf(new Request(input, init));
      if (calls.length >= mostCalls) throw new TypeError("The test has received too many requests.");
      return response(call, calls.push(call) - 1);
    },
  };
}

async function callOf(request: Request): Promise<Call> {
  const text = await request.text();
  const url = new URL(request.url);
  return { method: request.method, url, operation: url.pathname.split("/").at(-1) ?? "", body: jsonOf(text) };
}

function jsonOf(text: string): unknown {
  return text.startsWith("{") ? parseJson(text) : undefined;
}

export function hostileStorage({ fetch }: Pick<HostilePop, "fetch">, options: Partial<StorageOptions> = {}): Storage {
  return popStorage({ fetch, httpOptions: { retryBaseDelay: 1, retryMaxDelay: 1 }, ...options });
}

/** A text that is only encoded, as `encrypt: false` writes it. */
export function encoded(text: string): string {
  return `pt:${btoa(text)}`;
}

/** An encoded envelope without keys. */
export function encodedBody(payload: string): string {
  return encoded(JSON.stringify({ meta: {}, payload }));
}

/** A hash in the form of a record key, different for each number. */
export function hashLike(number: number): string {
  return number.toString(16).padStart(64, "0");
}

/** A page of `find` as JSON text, so that it can hold any JSON. */
export function pageOf(records: readonly string[], total: number = records.length): string {
  const meta = JSON.stringify({ count: records.length, limit: 100, offset: 0, total });
  return `{"meta":${meta},"data":[${records.join(",")}]}`;
}

export function json(text: string, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(text, { status, headers: { "content-type": "application/json", ...headers } });
}

const searchSchema = looseObject({ options: looseObject({ limit: optional(unknown()), offset: optional(unknown()) }) });

/** The offset of the requested page. */
export function offsetOf({ body }: Call): { limit: number; offset: number } {
  const { limit = 100, offset = 0 } = parse(searchSchema, body).options;
  return { limit: Number(limit), offset: Number(offset) };
}

const keysSchema = looseObject({ filter: looseObject({ record_key: array(string()) }) });

/** The record keys in the filter of a search; undefined if it has none. */
export function filterKeys({ body }: Call): string[] | undefined {
  return is(keysSchema, body) ? body.filter.record_key : undefined;
}

const batchSchema = looseObject({ records: array(record(string(), unknown())) });

/** The records of a batch request. */
export function sentRecords({ body }: Call): Record<string, unknown>[] {
  return parse(batchSchema, body).records;
}

/** The error of this package with which a promise rejects. */
export async function storageError(promise: Promise<unknown>): Promise<StorageError> {
  const error = await rejection(promise);
  return isStorageError(error) ? error : expect.unreachable(`Not a StorageError: ${String(error)}`);
}
