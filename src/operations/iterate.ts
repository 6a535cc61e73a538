import { whenAborted } from "../http/abort.ts";
import type { RequestOptions } from "../request-options.ts";
import { asStorageError } from "./context.ts";

/** The request options of an iteration: its requests end when `stop` is called. */
export interface Iteration {
  readonly request: RequestOptions & { readonly signal: AbortSignal };
  readonly stop: () => void;
}

/**
 * Runs an iteration whose requests end when the caller's signal is aborted, and when the caller stops iterating. It throws the
 * reason of the signal, or a `StorageError`.
 */
export async function* iterate<Item>(
  request: RequestOptions,
  items: (iteration: Iteration) => AsyncIterable<Item>,
): AsyncGenerator<Item, void, undefined> {
  const controller = new AbortController();
  const { signal } = controller;
  let forget: (() => void) | undefined;
  try {
    const { signal: callers } = request;
    if (callers !== undefined) forget = whenAborted(callers, () => controller.abort(callers.reason));
    yield* items({ request: { ...request, signal }, stop: () => controller.abort() });
  } catch (error) {
    if (request.signal?.aborted) throw request.signal.reason;
    throw asStorageError(error);
  } finally {
    forget?.();
    // What is on its way has no one left to read it.
    controller.abort();
  }
}
