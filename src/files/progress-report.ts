import type { Log } from "../logging.ts";
import type { RequestOptions } from "../request-options.ts";

/** Milliseconds between two calls: 20 calls per second move a progress bar smoothly. */
const interval = 50;

/** Calls `onProgress`: at most every 50 ms, never with a lower number, and with the total at the end. */
export class ProgressReport {
  readonly #listener: RequestOptions["onProgress"];
  readonly #log: Log;
  #reported = -1;
  #reportedAt = Number.NEGATIVE_INFINITY;

  constructor(listener: RequestOptions["onProgress"], log: Log) {
    this.#listener = listener;
    this.#log = log;
  }

  /** Reports transferred bytes. A retry starts again at 0: the reported number stays the same until it catches up. */
  at(transferred: number, total: number | undefined): void {
    if (this.#listener === undefined || transferred <= this.#reported) return;
    if (total !== undefined && transferred >= total) return;
    const now = performance.now();
    if (now - this.#reportedAt < interval) return;
    this.#reportedAt = now;
    this.#report(transferred, total);
  }

  /** Reports that all bytes were transferred and verified. */
  end(total: number): void {
    this.#report(total, total);
  }

  #report(transferred: number, total: number | undefined): void {
    this.#reported = transferred;
    const warn = (): void => this.#log.once("warn", "onProgress threw an error, which was ignored.");
    try {
      const result: unknown = this.#listener?.(total === undefined ? { transferred } : { transferred, total });
      // Avoids an unhandled rejection if the listener is an async function.
      Promise.resolve(result).catch(warn);
    } catch {
      warn();
    }
  }
}
