import { orUndefined } from "../encoding.ts";
import { StorageClientError } from "../errors.ts";

/** A signal that aborts with another one, until it is released. */
export interface LinkedSignal {
  readonly signal: AbortSignal;
  /** Stops following the other signal. */
  readonly release: () => void;
}

interface Link {
  readonly controllers: Set<AbortController>;
  readonly listener: () => void;
}

/**
 * Links the work of one Storage to the signals of its callers, with one listener for each signal: callers share a signal among
 * many calls, and Node.js warns of a leak from the eleventh listener on.
 */
export class SignalLinks {
  readonly #links = new WeakMap<AbortSignal, Link>();

  /**
   * Returns a signal that aborts with the given one, which may be of another realm or a polyfill.
   *
   * @throws StorageClientError if the given one throws when it is used
   */
  to(signal: AbortSignal | undefined): LinkedSignal {
    try {
      return this.#link(signal);
    } catch (cause) {
      throw new StorageClientError("`request.signal` is unusable: it threw an error; see `cause`.", { cause });
    }
  }

  #link(signal: AbortSignal | undefined): LinkedSignal {
    const controller = new AbortController();
    if (signal?.aborted) controller.abort(reasonOf(signal));
    if (signal === undefined || signal.aborted) return { signal: controller.signal, release: () => undefined };
    const link = this.#links.get(signal) ?? this.#listenTo(signal);
    link.controllers.add(controller);
    const release = (): void => {
      link.controllers.delete(controller);
      if (link.controllers.size > 0 || this.#links.get(signal) !== link) return;
      this.#links.delete(signal);
      // A polyfill may lack it.
      orUndefined(() => signal.removeEventListener("abort", link.listener));
    };
    return { signal: controller.signal, release };
  }

  #listenTo(signal: AbortSignal): Link {
    const controllers = new Set<AbortController>();
    const listener = (): void => {
      for (const controller of controllers) controller.abort(reasonOf(signal));
    };
    const link = { controllers, listener };
    this.#links.set(signal, link);
    signal.addEventListener("abort", listener, { once: true });
    return link;
  }
}

/** Reads the reason of a signal, whose getter may throw if it is not the platform's own. */
function reasonOf(signal: AbortSignal): unknown {
  try {
    return signal.reason;
  } catch (error) {
    return error;
  }
}

/** Calls a function when a signal aborts, at once if it has aborted. Returns a function that removes the listener. */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  if (signal.aborted) act();
  else signal.addEventListener("abort", act, { once: true });
  return () => signal.removeEventListener("abort", act);
}

/** Rejects when `signal` aborts; the underlying work is not cancelled. */
export async function abortable<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  // Avoids an unhandled rejection if the signal aborts first.
  promise.catch(() => undefined);
  let remove: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    remove = onAbort(signal, () => reject(signal.reason));
  });
  return Promise.race([aborted, promise]).finally(() => remove?.());
}

/** Waits for so many milliseconds; rejects with the reason of the signal when it aborts. */
export async function delay(milliseconds: number, signal: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  // A pending timer keeps a process alive.
  await abortable(over, signal).finally(() => clearTimeout(timer));
}
