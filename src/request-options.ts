import * as v from "valibot";
import {
  exactObject,
  functionOf,
  isNameOfObjects,
  isPlainObject,
  kindOf,
  objectOf,
  type SchemaOf,
} from "./validation.ts";

/** Headers that the client or the platform sets. */
const ownedHeaders = [
  "authorization",
  "x-env-id",
  "content-type",
  "content-length",
  "content-encoding",
  "transfer-encoding",
  "host",
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "upgrade",
  "expect",
  "cookie",
  "if-match",
  "range",
] as const;

/** `x-env-id`, `X-Env-Id`. */
type Spelling<Name extends string> = Name | Capitalized<Name>;
type Capitalized<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${Capitalize<First>}-${Capitalized<Rest>}`
  : Capitalize<Name>;

/** Headers of a request. The compiler refuses the usual spellings of those that the client sets itself. */
export type RequestHeaders = Record<string, string> & {
  [Name in Spelling<(typeof ownedHeaders)[number]>]?: never;
};

/** The progress of a transfer, in bytes. */
export interface Progress {
  transferred: number;
  /** Absent if unknown. */
  total?: number;
}

/** The options of one call, the last argument of every method. */
export interface RequestOptions {
  /** Cancels the call at any point. It then rejects with the reason of the signal. */
  signal?: AbortSignal | undefined;
  /**
   * Timeout per attempt, in milliseconds. Requests that calls share, for a token or the countries list, keep the default; `signal`
   * limits the call as a whole.
   *
   * @default `httpOptions.timeout`
   */
  timeout?: number | undefined;
  /**
   * Maximum number of retries for the whole call.
   *
   * @default 5 after a 429 or 503, 3 after network errors
   */
  maxRetries?: number | undefined;
  /** Additional headers. Headers that the client sets itself are refused. */
  headers?: RequestHeaders | undefined;
  /** Passed to the logger with each line about this call. */
  meta?: Record<string, unknown> | undefined;
  /** Called with the progress of an attachment's transfer, at most about 20 times per second. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** The options of a call that is running: its signal aborts with the caller's. */
export type CallOptions = Omit<RequestOptions, "signal"> & { readonly signal: AbortSignal };

/** The longest delay of `setTimeout`. */
const maxMilliseconds = 2 ** 31 - 1;

/** Accepts milliseconds, more than 0. */
export const millisecondsSchema: SchemaOf<number> = v.custom<number>(
  (input) => typeof input === "number" && input > 0 && input <= maxMilliseconds,
  (issue) => `must be milliseconds, more than 0 and at most 2^31 − 1, got ${kindOf(issue.input)}`,
);

/** RFC 9110, section 5.1 and 5.5. */
const headerName = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/;
const notHeaderName = "is not a valid header name";
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

const isOwned = (name: string): boolean => ownedHeaders.some((owned) => owned === name.toLowerCase());

const headersSchema: SchemaOf<Record<string, string>> = objectOf(
  {
    what: "an object of headers",
    name: v.pipe(
      v.string(),
      v.regex(headerName, notHeaderName),
      v.check((name) => !isNameOfObjects(name), notHeaderName),
      v.check((name) => !isOwned(name), "is set by the client itself: remove it"),
    ),
  },
  v.pipe(v.string(), v.regex(headerValue, "is not a valid header value")),
);

/** Checks members, not the class: the signal may be of another realm, or a polyfill. */
const signalSchema: SchemaOf<AbortSignal> = v.custom<AbortSignal>(
  isSignal,
  (issue) => `expected an AbortSignal, got ${kindOf(issue.input)}`,
);

function isSignal(input: unknown): boolean {
  if (typeof input !== "object" || input === null) return false;
  const aborted: unknown = Reflect.get(input, "aborted");
  return typeof aborted === "boolean" && typeof Reflect.get(input, "addEventListener") === "function";
}

export const requestOptionsSchema: SchemaOf<RequestOptions> = exactObject({
  signal: v.optional(signalSchema),
  timeout: v.optional(millisecondsSchema),
  maxRetries: v.optional(
    v.custom<number>(
      (input) => Number.isSafeInteger(input) && Number(input) >= 0,
      (issue) => `must be an integer ≥ 0, got ${kindOf(issue.input)}`,
    ),
  ),
  headers: v.optional(headersSchema),
  meta: v.optional(
    v.custom<Record<string, unknown>>(isPlainObject, (issue) => `expected an object, got ${kindOf(issue.input)}`),
  ),
  onProgress: v.optional(functionOf<(progress: Progress) => void>()),
});
