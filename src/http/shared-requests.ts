import { abortable } from "../async/abort.ts";

/** The reason of a request that no call waits for any more. */
const abandoned = new DOMException("No call waits for this request any more.", "AbortError");

/**
 * Counts the calls that wait for requests that they share, such as the one for a token. A cancelled call leaves the request to the
 * others; it is cancelled with the last of them.
 */
export class SharedRequests {
  #waiting = 0;
  #controller = new AbortController();

  /** The signal for a request that begins now. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Waits for a result that depends on a shared request, whichever call began it. @throws the reason of the caller's signal. */
  async wait<Value>(ask: () => Promise<Value>, signal: AbortSignal): Promise<Value> {
    this.#waiting += 1;
    try {
      for (;;) {
        try {
          return await abortable(ask(), signal);
        } catch (error) {
          // This call came while the abandoned request was ending: it begins another.
          if (error !== abandoned) throw error;
          signal.throwIfAborted();
        }
      }
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0 && signal.aborted) this.#abandon();
    }
  }

  #abandon(): void {
    this.#controller.abort(abandoned);
    this.#controller = new AbortController();
  }
}
