import { StorageError } from "../errors.ts";
import type { Log, RequestLogFields } from "../logging.ts";
import { type HttpResponse, hostOf, type Method } from "./response.ts";

/** One attempt at a request. */
export interface Attempt {
  readonly method: Method;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: typeof fetch;
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** How a request is sent and its response read, once. Throws a StorageNetworkError if there is no response, and only then. */
export type MakeAttempt<Received> = (attempt: Attempt) => Promise<Received>;

/** The fields of a log line that identify an attempt. */
type AttemptLabels = Pick<RequestLogFields, "operation" | "country" | "meta"> & {
  /** Counts from 1. */
  readonly number: number;
};

/** Makes an attempt and logs its outcome. @throws the reason of the signal. */
export async function loggedAttempt<Received extends { readonly response: HttpResponse }>(
  log: Log,
  attempt: Attempt,
  { number, ...labels }: AttemptLabels,
  makeAttempt: MakeAttempt<Received>,
): Promise<{ readonly received: Received } | { readonly error: unknown }> {
  const { method, url, signal } = attempt;
  const startedAt = performance.now();
  const write = (outcome: Pick<RequestLogFields, "status" | "requestId" | "error">): void =>
    log.request({
      ...labels,
      ...outcome,
      method,
      host: hostOf(url),
      attempt: number,
      duration: Math.round(performance.now() - startedAt),
    });
  try {
    const received = await makeAttempt(attempt);
    const { status, facts } = received.response;
    write({ status, requestId: facts.requestId });
    return { received };
  } catch (error) {
    // A cancelled attempt may have been carried out all the same.
    write({ error: signal.aborted ? "cancelled" : error instanceof StorageError ? error.code : "unknown" });
    if (signal.aborted) throw signal.reason;
    return { error };
  }
}
