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

/** What the client sets itself, or what the platform sets and a caller could only break. */
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

/** Any headers but those that the client itself sets, whose usual spellings the compiler refuses. */
export type RequestHeaders = Record<string, string> & {
  [Name in Spelling<(typeof ownedHeaders)[number]>]?: never;
};

/** How far a transfer has come, in bytes. */
export interface Progress {
  transferred: number;
  /** Absent where it is not known. */
  total?: number;
}

/** What every method takes last. */
export interface RequestOptions {
  /** Cancels the call at any point, waiting between attempts included. The call then rejects with the signal's own reason. */
  signal?: AbortSignal | undefined;
  /**
   * Milliseconds for each attempt, instead of `httpOptions.timeout`. The requests for a token and for the countries list, which
   * calls share, keep the latter; `signal` bounds the whole.
   */
  timeout?: number | undefined;
  /** How often a call may be repeated, all in all; 5 where the server asked for patience, 3 where no answer came. */
  maxRetries?: number | undefined;
  /** More headers for the requests. Those that the client itself sets are refused. */
  headers?: RequestHeaders | undefined;
  /** Goes to the logger with each line about this call. */
  meta?: Record<string, unknown> | undefined;
  /** Told of an attachment's transfer, at most some dozens of times in a second. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** A timer of the platform takes no more than this. */
export const maxMilliseconds: number = 2 ** 31 - 1;

/** Milliseconds, more than none. */
export const millisecondsSchema: SchemaOf<number> = v.custom<number>(
  (input) => typeof input === "number" && input > 0 && input <= maxMilliseconds,
  (issue) => `must be milliseconds, more than 0 and at most 2^31 − 1, got ${kindOf(issue.input)}`,
);

/** RFC 9110, section 5.1 and 5.5. */
const headerName = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/;
const notHeaderName = "is not a name that a header can have";
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

const isOwned = (name: string): boolean => ownedHeaders.some((owned) => owned === name.toLowerCase());

const headersSchema: SchemaOf<Record<string, string>> = objectOf(
  {
    what: "an object of headers",
    name: v.pipe(
      v.string(),
      v.regex(headerName, notHeaderName),
      v.check((name) => !isNameOfObjects(name), notHeaderName),
      v.check((name) => !isOwned(name), "is a header that the client sets itself: leave it out"),
    ),
  },
  v.pipe(v.string(), v.regex(headerValue, "is not a value that a header can have")),
);

/** Whether this is a signal of the platform itself, on which everything works, and that nobody has changed. */
function isOwnSignal(input: unknown): input is AbortSignal {
  try {
    if (Object.hasOwn(Object(input), "aborted") || Object.hasOwn(Object(input), "reason")) return false;
    // Its getter refuses everything else, a proxy before a signal included.
    return typeof Reflect.get(AbortSignal.prototype, "aborted", input) === "boolean";
  } catch {
    return false;
  }
}

/** A signal of another realm, or of a polyfill, is as good, once a signal of the platform follows it. */
const signalSchema: SchemaOf<AbortSignal> = v.pipe(
  v.custom<AbortSignal>(isSignal, (issue) => `expected an AbortSignal, got ${kindOf(issue.input)}`),
  v.transform((signal) => (isOwnSignal(signal) ? signal : follow(signal))),
);

function isSignal(input: unknown): boolean {
  if (isOwnSignal(input)) return true;
  if (typeof input !== "object" || input === null) return false;
  const aborted: unknown = Reflect.get(input, "aborted");
  return typeof aborted === "boolean" && typeof Reflect.get(input, "addEventListener") === "function";
}

/** One for each signal, however many calls it is given to. */
const followers = new WeakMap<AbortSignal, AbortSignal>();

function follow(signal: AbortSignal): AbortSignal {
  const follower = followers.get(signal);
  if (follower !== undefined) return follower;
  const controller = new AbortController();
  followers.set(signal, controller.signal);
  const abort = (): void => controller.abort(reasonOf(signal));
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  return controller.signal;
}

function reasonOf(signal: AbortSignal): unknown {
  try {
    return signal.reason;
  } catch (error) {
    return error;
  }
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
