const megabyte = 1024 * 1024;

/** How far the heap grows while something goes on. */
export class Peak {
  readonly #start: number;
  #highest: number;

  constructor() {
    // Without --expose-gc the start holds garbage too, and the growth is the less told for it.
    globalThis.gc?.();
    this.#start = process.memoryUsage().heapUsed;
    this.#highest = this.#start;
  }

  look(): void {
    this.#highest = Math.max(this.#highest, process.memoryUsage().heapUsed);
  }

  beyondStart(): string {
    return `${Math.round((this.#highest - this.#start) / megabyte)} MB`;
  }
}
