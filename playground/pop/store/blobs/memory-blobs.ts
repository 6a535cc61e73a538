import type { BlobStore, BlobWriter, ByteRange } from "./blob-store.ts";

export class MemoryBlobs implements BlobStore {
  readonly #blobs = new Map<string, readonly Uint8Array[]>();

  async create(id: string): Promise<BlobWriter> {
    const pieces: Uint8Array[] = [];
    return {
      // A copy, since a piece may be a view of a larger buffer.
      write: async (bytes) => void pieces.push(bytes.slice()),
      finish: async () => void this.#blobs.set(id, pieces),
      abort: () => this.remove([id]),
    };
  }

  async *read(id: string, { start, end }: ByteRange): AsyncGenerator<Uint8Array, void, undefined> {
    const pieces = this.#blobs.get(id);
    if (pieces === undefined) throw new Error("The blob does not exist.");
    let offset = 0;
    for (const piece of pieces) {
      const wanted = piece.subarray(Math.max(0, start - offset), Math.max(0, end - offset));
      if (wanted.length > 0) yield wanted;
      offset += piece.length;
    }
    if (offset < end) throw new Error("The blob is truncated.");
  }

  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#blobs.delete(id);
  }

  async keepOnly(ids: ReadonlySet<string>): Promise<void> {
    for (const id of this.#blobs.keys()) if (!ids.has(id)) this.#blobs.delete(id);
  }
}
