import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { BlobStore, BlobWriter } from "../../playground/pop/store/blobs/blob-store.ts";
import { attachmentsPath, metadataOf, patternBytes, uploadFile } from "./support/files.ts";
import { RawConnection } from "./support/raw-connection.ts";
import { requestHead } from "./support/raw-upload.ts";
import { nothing, startWatchedPop, type WatchedPop } from "./support/watched-pop.ts";

const country = "de";
const bytes = patternBytes(300_000);

let folder: string;
let pop: WatchedPop;
let failing: "create" | keyof BlobWriter | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pop-failing-"));
  pop = await startWatchedPop({ kind: "folder", folder }, fullDisk);
});

beforeEach(async () => {
  failing = undefined;
  await pop.caller.write(country, { record_key: "k" });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await pop.caller.delete(country, "k");
});

afterAll(async () => {
  await pop.close();
  await rm(folder, { recursive: true });
});

function fail(at: typeof failing): void {
  if (failing === at) throw new Error("No space is left on the device.");
}

/** The same blobs, on a disk that the test can fill. */
function fullDisk(blobs: BlobStore): BlobStore {
  return {
    create: async (id) => {
      fail("create");
      const writer = await blobs.create(id);
      return {
        write: async (piece) => {
          fail("write");
          await writer.write(piece);
        },
        finish: async () => {
          await writer.finish();
          fail("finish");
        },
        abort: () => writer.abort(),
      };
    },
    read: (id, range) => blobs.read(id, range),
    remove: (ids) => blobs.remove(ids),
    keepOnly: (ids) => blobs.keepOnly(ids),
  };
}

it.each(["create", "write", "finish"] as const)(
  "an upload that the disk fails to %s leaves nothing behind",
  async (at) => {
    const log = vi.spyOn(console, "error").mockReturnValue();
    failing = at;
    const response = await uploadFile(pop.caller, country, "k", bytes);
    expect([response.status, response.errors]).toEqual([500, [expect.objectContaining({ title: expect.any(String) })]]);
    expect(response.text).not.toContain("device");
    expect(log).toHaveBeenCalledOnce();
    expect(await pop.left()).toEqual(nothing);
    failing = undefined;
    expect((await uploadFile(pop.caller, country, "k", bytes)).status).toBe(200);
  },
);

it("a download of missing bytes is a 500, and only the log has the details", async () => {
  const log = vi.spyOn(console, "error").mockReturnValue();
  const { file_id: fileId } = metadataOf(await uploadFile(pop.caller, country, "k", bytes));
  for (const name of await readdir(join(folder, "attachments"))) await rm(join(folder, "attachments", name));
  const path = attachmentsPath(country, "k", fileId);
  const connection = await RawConnection.to(pop.caller.url);
  await connection.send(requestHead(pop.caller, "GET", path));
  const response = await connection.answer();
  expect([response.status, response.headers["content-type"]]).toEqual([500, expect.stringContaining("json")]);
  expect(response.body.toString()).not.toContain(folder);
  expect(log).toHaveBeenCalledOnce();
});
