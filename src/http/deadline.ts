import { onAbort } from "../async/abort.ts";

/** Aborts an attempt when its time is up or the signal of the call aborts. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #timeout: number;
  readonly #unlink: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  expired = false;
  /** The time limit that was set last, in milliseconds. */
  limit = 0;

  /** @param timeout Milliseconds. */
  constructor(timeout: number, signal: AbortSignal) {
    this.#timeout = timeout;
    this.#unlink = onAbort(signal, () => this.abort(signal.reason));
    this.extend();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Restarts the time limit, with so many milliseconds added to it. */
  extend(extra = 0): void {
    clearTimeout(this.#timer);
    this.limit = Math.round(this.#timeout + extra);
    this.#timer = setTimeout(() => {
      this.expired = true;
      this.abort(new DOMException("The attempt timed out.", "TimeoutError"));
    }, this.limit);
  }

  /** Stops the time limit until it is extended, for example while the caller's own stream is read. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  /** Stops the time limit for good. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#unlink();
  }
}
