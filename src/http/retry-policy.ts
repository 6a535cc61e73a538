/** When and how often a request is retried. */
export interface RetryPolicy {
  /** Timeout per attempt, in milliseconds. */
  readonly timeout: number;
  /** Delay before the first retry, in milliseconds; doubled for each further one. */
  readonly baseDelay: number;
  readonly maxDelay: number;
}

/** Maximum retries after a 429 or 503, and after a network error, unless the caller sets `maxRetries`. */
export const defaultMaxRetries = { busy: 5, network: 3 } as const;

/** Statuses that ask for a retry after a while (PROTOCOL.md, section 6; RFC 9110, section 15.6.4). */
const busyStatuses: ReadonlySet<number> = new Set([429, 503]);

/** What an attempt failed with: a network error, or a status. */
export type Failure = "network" | number;

/** True if the PoP may have carried out a request whose attempt failed. A proxy may send a 503 after the PoP did. */
export function mayBeCarriedOut(failure: Failure): boolean {
  return failure === "network" || failure === 503;
}

/** The retries that a call has left: at most `max` in all or, by default, a number for each kind of failure. */
export class RetryBudget {
  readonly #max: number | undefined;
  readonly #spent = { busy: 0, network: 0 };

  constructor(max: number | undefined) {
    this.#max = max;
  }

  get spent(): number {
    return this.#spent.busy + this.#spent.network;
  }

  /** Takes one retry; false if none is left, or the status asks for none. */
  take(failure: Failure): boolean {
    if (failure !== "network" && !busyStatuses.has(failure)) return false;
    const kind = failure === "network" ? "network" : "busy";
    const isLeft = this.#max === undefined ? this.#spent[kind] < defaultMaxRetries[kind] : this.spent < this.#max;
    if (isLeft) this.#spent[kind] += 1;
    return isLeft;
  }
}

/** A `Retry-After` of more milliseconds than this is shortened. */
const maxRetryAfter = 60_000;
/** PROTOCOL.md, section 6: ±20 %. */
const jitter = 0.2;

/**
 * Returns the delay before a retry, in milliseconds: what `Retry-After` asks for, up to a minute; otherwise the base delay, doubled
 * for each retry, with jitter, and within the limits of the policy.
 *
 * @param retry Counts from 0.
 */
export function retryDelay(
  { baseDelay, maxDelay }: Pick<RetryPolicy, "baseDelay" | "maxDelay">,
  retry: number,
  headers: Headers | undefined,
): number {
  const requested = retryAfter(headers);
  if (requested !== undefined) return Math.min(requested, maxRetryAfter);
  const middle = Math.min(baseDelay * 2 ** retry, maxDelay);
  const min = Math.max(middle * (1 - jitter), Math.min(baseDelay, maxDelay));
  const max = Math.min(middle * (1 + jitter), maxDelay);
  return min + (max - min) * Math.random();
}

/**
 * Reads `Retry-After` in milliseconds: seconds, or a date (RFC 9110, section 10.2.3). A date is compared with the `Date` header
 * (section 6.6.1), since the clock here may differ. A date in the past is ignored.
 */
export function retryAfter(headers: Headers | undefined): number | undefined {
  const text = headers?.get("retry-after")?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const until = parseDate(text);
  const wait = until === undefined ? 0 : until - (parseDate(headers?.get("date") ?? "") ?? Date.now());
  return wait > 0 ? wait : undefined;
}

function parseDate(text: string): number | undefined {
  const date = Date.parse(text);
  return Number.isNaN(date) || !/[a-z]/i.test(text) ? undefined : date;
}
