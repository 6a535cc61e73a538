import type { BlobStore, ByteRange } from "../../../playground/pop/store/blobs/blob-store.ts";

/** Counts reads of blobs. */
export class ReadCount {
  bytes = 0;
  /** Reads that have started. */
  opened = 0;
  /** Reads that have not ended. */
  open = 0;

  /** Resets the counts; open reads stay open. */
  reset(): void {
    this.bytes = 0;
    this.opened = 0;
  }

  /** The same blobs, with their reads counted. */
  watch(blobs: BlobStore): BlobStore {
    return {
      create: (id) => blobs.create(id),
      read: (id, range) => this.#read(blobs, id, range),
      remove: (ids) => blobs.remove(ids),
      keepOnly: (ids) => blobs.keepOnly(ids),
    };
  }

  async *#read(blobs: BlobStore, id: string, range: ByteRange): AsyncGenerator<Uint8Array, void, undefined> {
    this.opened += 1;
    this.open += 1;
    try {
      for await (const piece of blobs.read(id, range)) {
        this.bytes += piece.length;
        yield piece;
      }
    } finally {
      this.open -= 1;
    }
  }
}
