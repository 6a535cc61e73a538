import { StorageError } from "../errors.ts";
import type { Log, RequestLogFields } from "../logging.ts";
import { type HttpAnswer, hostOf } from "./transport.ts";

/** What is known of an attempt before it is made. */
export interface AttemptFacts extends Pick<RequestLogFields, "method" | "operation" | "country" | "meta"> {
  readonly url: string;
  /** Counts from 1. */
  readonly number: number;
  readonly signal: AbortSignal | undefined;
}

/** What a line says of an attempt that the caller ended: the server may have done what it was asked all the same. */
const cancelled = "cancelled";

/** Makes an attempt and writes its line of the log. @throws the reason of the caller's signal. */
export async function loggedAttempt<Answered extends { readonly answer: HttpAnswer }>(
  log: Log,
  { number, url, signal, ...about }: AttemptFacts,
  makeAttempt: () => Promise<Answered>,
): Promise<{ readonly answered: Answered } | { readonly error: unknown }> {
  const startedAt = performance.now();
  const write = (outcome: Pick<RequestLogFields, "status" | "requestId" | "error">): void =>
    log.request({
      ...about,
      ...outcome,
      host: hostOf(url),
      attempt: number,
      duration: Math.round(performance.now() - startedAt),
    });
  try {
    const answered = await makeAttempt();
    const { status, facts } = answered.answer;
    write({ status, requestId: facts.requestId });
    return { answered };
  } catch (error) {
    write({ error: signal?.aborted ? cancelled : error instanceof StorageError ? error.code : "unknown" });
    if (signal?.aborted) throw signal.reason;
    return { error };
  }
}
