import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { BlobStore } from "../../playground/pop/store/blobs/blob-store.ts";
import { attachmentsPath, formAround, hashOf, metadataOf, patternBytes } from "./support/files.ts";
import { startWatchedPop, type WatchedPop } from "./support/watched-pop.ts";

const country = "de";
let pop: WatchedPop;
let writes = 0;

beforeAll(async () => {
  pop = await startWatchedPop({ kind: "memory" }, countingWrites);
});

afterAll(async () => {
  await pop.close();
});

beforeEach(async () => {
  writes = 0;
  await pop.caller.write(country, { record_key: "k" });
});

function countingWrites(blobs: BlobStore): BlobStore {
  return {
    create: async (id) => {
      const writer = await blobs.create(id);
      return {
        write: async (bytes) => {
          writes += 1;
          await writer.write(bytes);
        },
        finish: () => writer.finish(),
        abort: () => writer.abort(),
      };
    },
    read: (id, range) => blobs.read(id, range),
    remove: (ids) => blobs.remove(ids),
    keepOnly: (ids) => blobs.keepOnly(ids),
  };
}

it.each([
  ["one byte", 20_000, [1], 1],
  ["7 bytes", 200_000, [7], 4],
  ["pieces of many sizes", 1_000_000, [1, 65_535, 2, 65_536, 70_000, 3], 50],
])("an upload in chunks of %s is stored in few pieces", async (_title, size, sizes, most) => {
  const bytes = patternBytes(size);
  const { head, tail, type } = formAround(['content-disposition: form-data; name="file"; filename="f"']);
  function* pieces(): Generator<Uint8Array, void, undefined> {
    yield head;
    for (let start = 0, turn = 0; start < size; turn++) {
      const end = start + (sizes[turn % sizes.length] ?? 1);
      yield bytes.slice(start, end);
      start = end;
    }
    yield tail;
  }
  const source = pieces();
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const next = source.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
  });
  const path = attachmentsPath(country, "k");
  const metadata = metadataOf(await pop.caller.sendBytes("PUT", path, body, { "content-type": type }));
  expect([metadata.size, metadata.hash]).toEqual([size, hashOf(bytes)]);
  expect(writes).toBeLessThanOrEqual(most);
  const file = await pop.caller.download(attachmentsPath(country, "k", metadata.file_id));
  expect(hashOf(new Uint8Array(await file.arrayBuffer()))).toBe(metadata.hash);
});
