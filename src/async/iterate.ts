import { asStorageError } from "../errors.ts";
import type { RequestOptions } from "../request-options.ts";
import { whenAborted } from "./abort.ts";
import { stoppable } from "./stoppable.ts";

/** The request options of an iteration: its requests end when `stop` is called. */
export interface Iteration {
  readonly request: RequestOptions & { readonly signal: AbortSignal };
  readonly stop: () => void;
}

/**
 * Runs an iteration whose input is checked once the first item is asked for. Its requests end when the caller's signal is
 * aborted, and when the caller stops iterating. It throws the reason of the signal, a `StorageError`, or what the caller throws
 * into it. Where a generator that goes through an iteration would keep a caller who stops waiting, this does not: it is for
 * methods to return as it is.
 */
export function iterate<Input extends { readonly request: RequestOptions }, Item>(
  check: () => Input,
  items: (input: Input, iteration: Iteration) => AsyncIterable<Item>,
): AsyncIterableIterator<Item, void, undefined> {
  const controller = new AbortController();
  return stoppable(itemsUntil(controller, check, items), () => controller.abort());
}

async function* itemsUntil<Input extends { readonly request: RequestOptions }, Item>(
  controller: AbortController,
  check: () => Input,
  items: (input: Input, iteration: Iteration) => AsyncIterable<Item>,
): AsyncGenerator<Item, void, undefined> {
  const input = check();
  const { request } = input;
  const { signal } = controller;
  let forget: (() => void) | undefined;
  try {
    const { signal: callers } = request;
    if (callers !== undefined) forget = whenAborted(callers, () => controller.abort(callers.reason));
    yield* items(input, { request: { ...request, signal }, stop: () => controller.abort() });
  } catch (error) {
    if (request.signal?.aborted) throw request.signal.reason;
    throw asStorageError(error);
  } finally {
    forget?.();
    // What is on its way has no one left to read it.
    controller.abort();
  }
}
