const megabyte = 1024 * 1024;

/** The growth of memory during a task: objects and buffers, without the memory of the database engine. */
export class Peak {
  readonly #start: number;
  #highest: number;

  constructor() {
    if (globalThis.gc === undefined)
      throw new Error("Run with --expose-gc: otherwise the first measurement includes garbage.");
    globalThis.gc();
    this.#start = inUse();
    this.#highest = this.#start;
  }

  look(): void {
    this.#highest = Math.max(this.#highest, inUse());
  }

  beyondStart(): string {
    return `${Math.round((this.#highest - this.#start) / megabyte)} MB`;
  }
}

function inUse(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
