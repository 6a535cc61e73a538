import { asStorageError } from "../errors.ts";
import { onAbort, type SignalLinks } from "./abort.ts";
import { stoppable } from "./stoppable.ts";

/** An iteration that is running. */
export interface Iteration {
  /** Aborts with the caller's signal, and when the caller stops iterating. */
  readonly signal: AbortSignal;
  readonly stop: () => void;
}

/**
 * Runs an iteration. Its input is checked when the first item is requested. It throws the reason of the caller's signal, a
 * `StorageError`, or the argument of its `throw()`. Unlike a generator, it ends at once when the caller stops.
 */
export function iterate<Input extends { readonly request: { readonly signal?: AbortSignal | undefined } }, Item>(
  links: SignalLinks,
  check: () => Input,
  items: (input: Input, iteration: Iteration) => AsyncIterable<Item>,
): AsyncIterableIterator<Item, void, undefined> {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  async function* run(): AsyncGenerator<Item, void, undefined> {
    const input = check();
    const link = links.to(input.request.signal);
    onAbort(link.signal, () => controller.abort(link.signal.reason));
    try {
      yield* items(input, { signal: controller.signal, stop });
    } catch (error) {
      if (link.signal.aborted) throw link.signal.reason;
      throw asStorageError(error);
    } finally {
      link.release();
      // Ends requests whose results are no longer read.
      stop();
    }
  }
  return stoppable(run(), stop);
}
