import { abortable } from "./retry.ts";

/** What a request ends with for which nobody waits any more. */
const givenUp = new DOMException("Nobody waits for it any more.", "AbortError");

/** Counts who waits for the requests that calls share: none of them can cancel these for the others, and the last one does. */
export class SharedRequests {
  #waiting = 0;
  #controller = new AbortController();

  /** For requests that begin now. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Waits for what such a request, begun here or by another call, leads to. @throws the reason of the caller's signal. */
  async wait<Value>(ask: () => Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
    this.#waiting += 1;
    try {
      for (;;) {
        try {
          return await abortable(ask(), signal);
        } catch (error) {
          // Whoever comes while a request that was given up is on its way to its end begins another.
          if (error !== givenUp) throw error;
          signal?.throwIfAborted();
        }
      }
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0 && signal?.aborted) this.#giveUp();
    }
  }

  #giveUp(): void {
    this.#controller.abort(givenUp);
    this.#controller = new AbortController();
  }
}
