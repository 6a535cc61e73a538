import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BlobStore, ByteRange } from "../../../playground/pop/store/blobs/blob-store.ts";
import { patternBytes } from "../support/files.ts";

/** A store, and access to its underlying storage. */
export interface InspectableStore {
  readonly store: BlobStore;
  /** Registers a blob that will be written, if the store needs it, and returns its id. */
  announce(): Promise<string>;
  /** The ids of the given blobs of which anything is stored, finished or not. */
  left(ids: readonly string[]): Promise<readonly string[]>;
  /** The number of open resources. */
  held(): Promise<number>;
}

/** The size of every row in the database store, and of every read in the file store. */
const row = 256 * 1024;

/** The behaviour of every blob store. */
export function blobStoreSuite(name: string, lookedAt: () => InspectableStore): void {
  const write = async (bytes: Uint8Array, sizes: readonly number[] = [bytes.length]): Promise<string> => {
    const id = await lookedAt().announce();
    const writer = await lookedAt().store.create(id);
    for (const piece of piecesOf(bytes, sizes)) await writer.write(piece);
    await writer.finish();
    return id;
  };
  const read = (id: string, range: ByteRange): Promise<Uint8Array> => readAll(lookedAt().store, id, range);

  describe(name, () => {
    it("returns what was written in chunks of any size, whole and in any range", async () => {
      const around = fc.constantFrom(0, 1, row - 1, row, row + 1, 2 * row, 2 * row + 1, 600_000);
      const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 100_000 }), fc.constantFrom(row, 2 * row, row - 1)), {
        minLength: 1,
        maxLength: 5,
      });
      const edge = fc.oneof(fc.nat(700_000), around);
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(around, fc.nat(3_000)),
          sizes,
          fc.array(fc.tuple(edge, edge), { maxLength: 3 }),
          async (length, sizes, ranges) => {
            const bytes = patternBytes(length, length + 1);
            const id = await write(bytes, sizes);
            const whole = { start: 0, end: length };
            for (const { start, end } of [whole, ...ranges.map((edges) => within(edges, length))]) {
              expect(Buffer.compare(await read(id, { start, end }), bytes.subarray(start, end))).toBe(0);
            }
            await lookedAt().store.remove([id]);
          },
        ),
        { numRuns: 25 },
      );
    });

    it("keeps what was written if the writer reuses its buffer", async () => {
      const id = await lookedAt().announce();
      const writer = await lookedAt().store.create(id);
      const memory = new Uint8Array(1_000);
      for (let turn = 0; turn < 3; turn++) {
        memory.fill(turn);
        await writer.write(memory);
      }
      await writer.finish();
      const kept = await read(id, { start: 0, end: 3_000 });
      expect([kept[0], kept[999], kept[1_000], kept[1_999], kept[2_000], kept[2_999]]).toEqual([0, 0, 1, 1, 2, 2]);
    });

    it("returns the bytes in chunks no larger than its pieces", async () => {
      const id = await write(patternBytes(5 * row), [row]);
      for await (const piece of lookedAt().store.read(id, { start: 10, end: 5 * row })) {
        expect(piece.length).toBeGreaterThan(0);
        expect(piece.length).toBeLessThanOrEqual(row);
      }
    });

    it("removes the given blobs and no others", async () => {
      const [first, second, third] = [
        await write(patternBytes(row + 1)),
        await write(patternBytes(1)),
        await write(patternBytes(2)),
      ];
      await lookedAt().store.remove([first, second]);
      expect(await lookedAt().left([first, second, third])).toEqual([third]);
      for (const id of [first, second]) await expect(read(id, { start: 0, end: 1 })).rejects.toThrow();
      expect(await read(third, { start: 0, end: 2 })).toHaveLength(2);
    });

    it("ignores the removal of missing blobs, or of none", async () => {
      const id = await write(patternBytes(1));
      await lookedAt().store.remove([crypto.randomUUID(), id]);
      await lookedAt().store.remove([id]);
      await lookedAt().store.remove([]);
      expect(await lookedAt().left([id])).toEqual([]);
    });

    it.each([0, 1, row, 2 * row + 1])("leaves nothing of a blob that is aborted after %i bytes", async (length) => {
      const other = await write(patternBytes(1));
      const id = await lookedAt().announce();
      const writer = await lookedAt().store.create(id);
      await writer.write(patternBytes(length));
      await writer.abort();
      expect(await lookedAt().left([id, other])).toEqual([other]);
      expect(await lookedAt().held()).toBe(0);
      await expect(read(id, { start: 0, end: 1 })).rejects.toThrow();
    });

    it("leaves nothing of a blob that is aborted after it was finished, as after a failed finish", async () => {
      const id = await lookedAt().announce();
      const writer = await lookedAt().store.create(id);
      await writer.write(patternBytes(row + 1));
      await writer.finish();
      await writer.abort();
      expect(await lookedAt().left([id])).toEqual([]);
    });

    it("keeps only the given blobs, finished or not", async () => {
      const [kept, unwanted, unfinished] = [
        await write(patternBytes(row + 1)),
        await write(patternBytes(row + 1)),
        await lookedAt().announce(),
      ];
      const writer = await lookedAt().store.create(unfinished);
      await writer.write(patternBytes(row + 1));
      await lookedAt().store.keepOnly(new Set([kept, crypto.randomUUID()]));
      expect(await lookedAt().left([kept, unwanted, unfinished])).toEqual([kept]);
      expect(await read(kept, { start: 0, end: row + 1 })).toHaveLength(row + 1);
      await writer.abort();
      await lookedAt().store.keepOnly(new Set());
      expect(await lookedAt().left([kept, unwanted, unfinished])).toEqual([]);
    });

    it("releases its resources when a read is cancelled halfway, however often", async () => {
      const id = await write(patternBytes(3 * row), [row]);
      // More of them than a database has connections.
      for (let time = 0; time < 30; time++) {
        const reading = lookedAt().store.read(id, { start: 0, end: 3 * row });
        expect((await reading.next()).done).toBe(false);
        await reading.return();
      }
      expect(await lookedAt().held()).toBe(0);
      expect(await read(id, { start: 0, end: 3 * row })).toHaveLength(3 * row);
      expect(await lookedAt().held()).toBe(0);
    });

    it("fails if the blob is missing, or shorter than the requested range", async () => {
      const id = await write(patternBytes(100));
      await expect(read(crypto.randomUUID(), { start: 0, end: 1 })).rejects.toThrow();
      for (const range of [
        { start: 0, end: 101 },
        { start: 50, end: 2 * row },
        { start: 100, end: 101 },
        { start: 3 * row, end: 4 * row },
      ]) {
        await expect(read(id, range)).rejects.toThrow();
      }
      expect(await lookedAt().held()).toBe(0);
    });

    it("returns all of a blob that is removed during a read, or fails", async () => {
      const bytes = patternBytes(4 * row);
      const id = await write(bytes, [row]);
      const pieces: Uint8Array[] = [];
      const reading = (async () => {
        for await (const piece of lookedAt().store.read(id, { start: 0, end: bytes.length })) {
          if (pieces.push(piece.slice()) === 1) await lookedAt().store.remove([id]);
        }
        return Buffer.concat(pieces);
      })();
      const result = await reading.catch((error: unknown) => error);
      expect(result instanceof Error || Buffer.compare(Buffer.concat(pieces), bytes) === 0).toBe(true);
      expect(pieces.length).toBeGreaterThan(0);
      expect(await lookedAt().left([id])).toEqual([]);
    });
  });
}

function* piecesOf(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array, void, undefined> {
  for (let offset = 0, turn = 0; offset < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? bytes.length;
    yield bytes.slice(offset, offset + size);
    offset += size;
  }
}

function within([one, other]: readonly [number, number], length: number): ByteRange {
  const [start, end] = [Math.min(one, other, length), Math.min(Math.max(one, other), length)];
  return { start, end };
}

async function readAll(store: BlobStore, id: string, range: ByteRange): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of store.read(id, range)) pieces.push(piece);
  return Buffer.concat(pieces);
}
