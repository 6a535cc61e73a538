import { whenAborted } from "../async/abort.ts";

/** When and how often a call is tried again. */
export interface RetryPolicy {
  /** Milliseconds for each attempt. */
  readonly timeout: number;
  /** Milliseconds before the first repetition; doubled for each further one. */
  readonly baseDelay: number;
  readonly maxDelay: number;
}

/** Repetitions, where the caller names no number: of an answer that asks for patience, and where there was no answer. */
export const defaultMaxRetries = { busy: 5, network: 3 } as const;

/** How often one call may still be repeated, whatever it is repeated for. */
export class Repetitions {
  readonly #most: number | undefined;
  readonly #spent = { busy: 0, network: 0 };

  constructor(most: number | undefined) {
    this.#most = most;
  }

  get taken(): number {
    return this.#spent.busy + this.#spent.network;
  }

  take(kind: "busy" | "network"): boolean {
    const isOver = this.#most === undefined ? this.#spent[kind] >= defaultMaxRetries[kind] : this.taken >= this.#most;
    if (!isOver) this.#spent[kind] += 1;
    return !isOver;
  }
}

/** A server that asks for more patience than this gets a repetition sooner, and an error in the end. */
const maxRetryAfter = 60_000;
/** protocol.md, section 6: ±20 %. */
const jitter = 0.2;

/**
 * Milliseconds before repetition number `repetition`, which counts from 0: what the server asked for in the headers of its
 * answer, up to a minute, or else a random time around the base delay, doubled for each repetition, and never outside of the
 * policy.
 */
export function retryDelay(
  { baseDelay, maxDelay }: Pick<RetryPolicy, "baseDelay" | "maxDelay">,
  repetition: number,
  headers: Headers | undefined,
): number {
  const asked = retryAfter(headers);
  if (asked !== undefined) return Math.min(asked, maxRetryAfter);
  const middle = Math.min(baseDelay * 2 ** repetition, maxDelay);
  const least = Math.max(middle * (1 - jitter), Math.min(baseDelay, maxDelay));
  const most = Math.min(middle * (1 + jitter), maxDelay);
  return least + (most - least) * Math.random();
}

/**
 * Milliseconds out of a `Retry-After` header: seconds, or a date (RFC 9110, section 10.2.3). A date is that of the server's clock,
 * and so is `Date` (section 6.6.1): the one here may be another. One that is past asks for nothing.
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

/** Waits; rejects with the signal's own reason as soon as it is aborted. */
export async function delay(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  try {
    await abortable(over, signal);
  } finally {
    // A timer that nobody waits for would keep a process from ending.
    clearTimeout(timer);
  }
}

/** The same promise, given up as soon as the signal is aborted: what it stands for goes on for those who still wait. */
export async function abortable<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return promise;
  let forget: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    forget = whenAborted(signal, () => reject(signal.reason));
  });
  // The one that loses the race must not be reported as unhandled.
  promise.catch(() => undefined);
  try {
    return await Promise.race([aborted, promise]);
  } finally {
    forget?.();
  }
}
