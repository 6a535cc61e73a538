import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { get, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from "vitest";
import { attachmentsPath, metadataOf, patternBytes, uploadFile } from "./support/files.ts";
import { openFilesOf } from "./support/open-files.ts";
import { ReadCount } from "./support/read-count.ts";
import { startWatchedPop, type WatchedPop } from "./support/watched-pop.ts";

const mebibyte = 1024 * 1024;
const size = 96 * mebibyte;
const country = "de";

let folder: string;
let count: ReadCount;
let pop: WatchedPop;
let path: string;
let hash: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pop-slow-"));
  count = new ReadCount();
  pop = await startWatchedPop({ kind: "folder", folder }, (blobs) => count.watch(blobs));
  await pop.caller.write(country, { record_key: "k" });
  const bytes = new Uint8Array(size);
  const pattern = patternBytes(mebibyte);
  for (let offset = 0; offset < size; offset += mebibyte) bytes.set(pattern, offset);
  const metadata = metadataOf(await uploadFile(pop.caller, country, "k", bytes));
  path = attachmentsPath(country, "k", metadata.file_id);
  hash = metadata.hash;
});

afterAll(async () => {
  await pop.close();
  await rm(folder, { recursive: true });
});

beforeEach(() => count.reset());

/** A response whose body has not been read. */
async function startDownload(): Promise<IncomingMessage> {
  const request = get(pop.caller.url + path, { headers: pop.caller.credentials, agent: false });
  const responding = new Promise<IncomingMessage>((resolve, reject) => {
    request.once("response", resolve);
    request.once("error", reject);
  });
  const response = await responding;
  // Some of the tests abort it, which rejects.
  response.on("error", () => {});
  onTestFinished(() => void response.destroy());
  return response;
}

/** Waits until no more is read. */
async function stoodStill(): Promise<number> {
  for (;;) {
    const before = count.bytes;
    await wait(200);
    if (before > 0 && count.bytes === before) return before;
  }
}

const openFiles = (): Promise<number> => openFilesOf(join(folder, "attachments"));

/** A file is closed shortly after its last byte is sent, or its reader disconnects. */
async function letGo(): Promise<void> {
  await expect.poll(() => count.open).toBe(0);
  expect(await openFiles()).toBe(0);
}

it("a download with a slow reader is read slowly from the disk", async () => {
  const response = await startDownload();
  // At most the buffers at both ends of the connection.
  expect(await stoodStill()).toBeLessThan(size / 2);
  const received = createHash("sha256");
  for await (const piece of response) received.update(piece);
  expect(received.digest("hex")).toBe(hash);
  expect(count.bytes).toBe(size);
  await letGo();
});

it("a download whose reader disconnects closes the file", async () => {
  const response = await startDownload();
  const read = await stoodStill();
  expect([count.open, await openFiles()]).toEqual([1, 1]);
  response.destroy();
  await letGo();
  expect(count.bytes).toBe(read);
});

it("many downloads whose readers disconnect at once close their files", async () => {
  const responses = await Promise.all(Array.from({ length: 10 }, startDownload));
  for (const response of responses) response.destroy();
  await letGo();
});

it("a HEAD request for a download opens no file", async () => {
  const head = await pop.caller.send("HEAD", path);
  expect([head.status, head.headers.get("content-length")]).toEqual([200, String(size)]);
  expect(count).toMatchObject({ bytes: 0, open: 0, opened: 0 });
});

it("a range request reads no more than the range", async () => {
  const response = await pop.caller.download(path, { range: `bytes=${mebibyte}-${mebibyte + 99}` });
  expect((await response.arrayBuffer()).byteLength).toBe(100);
  expect(count).toMatchObject({ bytes: 100, opened: 1 });
  await letGo();
});
