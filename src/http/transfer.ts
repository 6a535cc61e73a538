import { StorageNetworkError } from "../errors.ts";
import type { Log } from "../logging.ts";
import type { RequestOptions } from "../request-options.ts";
import { loggedAttempt } from "./logged-attempt.ts";
import { isBusy, type PopClient, unauthorized } from "./pop-client.ts";
import { delay, Repetitions, type RetryPolicy, retryDelay } from "./retry.ts";
import type { HttpAnswer, HttpRequest } from "./transport.ts";

/** What transfers are made with. */
export interface TransferSettings {
  readonly pop: PopClient;
  readonly retry: RetryPolicy;
  readonly log: Log;
  readonly fetch: typeof fetch;
}

/** A file that goes to a PoP or comes from it. */
export interface TransferCall {
  /** The name of the method of Storage, for the log and for messages. */
  readonly operation: string;
  readonly country: string;
  readonly method: HttpRequest["method"];
  readonly path: string;
  readonly request: RequestOptions;
  /** Whether the same can be sent once more: not so a stream that can be read but once. */
  readonly replayable: boolean;
  /** Whether it may be sent once more although the PoP may have done already what it was asked. */
  readonly repeatable: boolean;
}

/** One attempt: where it goes, and the headers that every request carries. */
export interface TransferAttempt {
  readonly method: HttpRequest["method"];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: typeof fetch;
  /** Milliseconds that the transfer may stand still. */
  readonly stallTimeout: number;
  readonly signal: AbortSignal | undefined;
}

/** Makes one attempt. It throws a `StorageNetworkError` where no answer came, and only for that. */
type MakeAttempt<Answered> = (attempt: TransferAttempt) => Promise<Answered>;

/**
 * Finds the host, authorizes, and attempts a transfer until there is an answer that is not a plea for patience, as far as
 * the transfer can and may be repeated.
 *
 * @returns what the last attempt answered, whatever its status, but for 401.
 * @throws StorageAuthenticationError, StorageNetworkError, StorageResidencyError, and the reason of the caller's signal.
 */
export async function transfer<Answered extends { readonly answer: HttpAnswer }>(
  { pop, retry, log, fetch }: TransferSettings,
  call: TransferCall,
  makeAttempt: MakeAttempt<Answered>,
): Promise<Answered> {
  const { method, operation, country, request, replayable } = call;
  const { signal } = request;
  const destination = await pop.destinationOf(call);
  let token = await pop.tokenFor(destination, signal);
  let renewed = false;
  const repetitions = new Repetitions(request.maxRetries);
  for (let number = 1; ; number += 1) {
    const url = `${destination.host}${call.path}`;
    const headers = pop.headersFor(token, request);
    const stallTimeout = request.timeout ?? retry.timeout;
    const attempt = { method, url, headers, fetch, stallTimeout, signal };
    const about = { method, url, operation, country, meta: request.meta, number, signal };
    const result = await loggedAttempt(log, about, () => makeAttempt(attempt));
    let askedIn: Headers | undefined;
    if ("error" in result) {
      const mayRepeat = replayable && call.repeatable && result.error instanceof StorageNetworkError;
      if (!mayRepeat || !repetitions.take("network")) throw result.error;
    } else {
      const { answer } = result.answered;
      if (answer.status === 401) {
        if (renewed || !replayable || !pop.renewsTokens) throw unauthorized(answer, call);
        token = await pop.renewedToken(destination, token, signal);
        renewed = true;
        continue;
      }
      // 429 says that nothing was done (protocol.md, section 6); 503 may come from in front of a PoP that did what it was asked.
      const mayRepeat = replayable && (call.repeatable ? isBusy(answer.status) : answer.status === 429);
      if (!mayRepeat || !repetitions.take("busy")) return result.answered;
      askedIn = answer.headers;
    }
    await delay(retryDelay(retry, repetitions.taken - 1, askedIn), signal);
  }
}
