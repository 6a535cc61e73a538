import type { Log } from "../logging.ts";
import type { RequestOptions } from "../request-options.ts";

/** Milliseconds between two calls: 20 in a second are enough for a bar that moves smoothly. */
const interval = 50;

/** Tells a caller how far a transfer has come: not too often, never falling, and at the end all of it. */
export class ProgressReport {
  readonly #listener: RequestOptions["onProgress"];
  readonly #log: Log;
  #told = -1;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(listener: RequestOptions["onProgress"], log: Log) {
    this.#listener = listener;
    this.#log = log;
  }

  /** So many bytes have been transferred. An attempt that is repeated begins anew: that shows as a standstill. */
  at(transferred: number, total: number | undefined): void {
    if (this.#listener === undefined || transferred <= this.#told) return;
    if (total !== undefined && transferred >= total) return;
    const now = performance.now();
    if (now - this.#toldAt < interval) return;
    this.#toldAt = now;
    this.#tell(transferred, total);
  }

  /** Everything has been transferred, and found to be right. */
  end(total: number): void {
    this.#tell(total, total);
  }

  #tell(transferred: number, total: number | undefined): void {
    this.#told = transferred;
    const ignore = (): void =>
      this.#log.once("warn", "onProgress threw an error, which was ignored: the transfer goes on.");
    try {
      const told: unknown = this.#listener?.(total === undefined ? { transferred } : { transferred, total });
      // An async function fails later, and a rejection that nobody takes ends a process.
      Promise.resolve(told).catch(ignore);
    } catch {
      ignore();
    }
  }
}
