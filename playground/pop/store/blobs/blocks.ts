const blockBytes = 64 * 1024;

/** Joins small pieces of bytes into blocks, to save work per piece. Reuses a block's memory once `take` has resolved. */
export class Blocks {
  readonly #take: (bytes: Uint8Array) => Promise<void>;
  readonly #block = new Uint8Array(blockBytes);
  #filled = 0;

  constructor(take: (bytes: Uint8Array) => Promise<void>) {
    this.#take = take;
  }

  async add(piece: Uint8Array): Promise<void> {
    if (this.#filled + piece.length > blockBytes) await this.flush();
    if (piece.length >= blockBytes) {
      await this.#take(piece);
      return;
    }
    this.#block.set(piece, this.#filled);
    this.#filled += piece.length;
  }

  /** Passes on the last block. */
  async flush(): Promise<void> {
    if (this.#filled === 0) return;
    await this.#take(this.#block.subarray(0, this.#filled));
    this.#filled = 0;
  }
}
