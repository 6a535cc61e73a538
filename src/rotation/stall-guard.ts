/** Ends a rotation that makes no progress. Its progress towards the caller is in operations/rotation/. */
export class StallGuard {
  readonly #max: number;
  readonly #error: (pages: number) => Error;
  #withProgress = 0;
  #without = 0;

  /** @param max Pages without progress that are allowed, beside one for each page with progress. */
  constructor(max: number, error: (pages: number) => Error) {
    this.#max = max;
    this.#error = error;
  }

  /** Counts a page. @throws the given error after too many pages without progress */
  count(hasProgress: boolean): void {
    if (hasProgress) this.#withProgress += 1;
    else this.#without += 1;
    if (this.#without > this.#withProgress + this.#max) throw this.#error(this.#without);
  }
}
