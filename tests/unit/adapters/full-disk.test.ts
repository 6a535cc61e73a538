import { type FileHandle, mkdtemp, open, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { attaching, country, sameBytes } from "../../support/attachments/attaching.ts";
import { patternBytes } from "../../support/attachments/pattern-bytes.ts";
import { rejection } from "../../support/faults/fault-storage.ts";

const content = patternBytes(2 * 1024 * 1024);

/** A downloaded file of several blocks, a folder to save it in, and the class of all file handles. */
async function saving() {
  const folder = await mkdtemp(join(tmpdir(), "incountry-files-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { storage, recordKey, add } = await attaching();
  const { fileId } = await add({ file: content, fileName: "passport.png" });
  const { attachmentData } = await storage.getAttachmentFile(country, recordKey, fileId);
  const file = await open(join(folder, "passport.png"), "w");
  await file.close();
  const handles: FileHandle = Object.getPrototypeOf(file);
  return { folder, path: join(folder, "passport.png"), attachmentData, handles };
}

/** Writes half of the first chunk. */
async function writeHalf(this: FileHandle, [first = new Uint8Array()]: readonly NodeJS.ArrayBufferView[]) {
  const { bytesWritten } = await this.write(new Uint8Array(first.buffer, first.byteOffset, first.byteLength >> 1));
  return { bytesWritten, buffers: [] };
}

it("a block that the disk accepts in parts is saved whole", async () => {
  const { path, attachmentData, handles } = await saving();
  const writev = vi.spyOn(handles, "writev").mockImplementation(writeHalf);
  onTestFinished(() => writev.mockRestore());
  await attachmentData.save(path);
  expect(writev.mock.calls.length).toBeGreaterThan(1);
  expect(sameBytes(await readFile(path), content)).toBe(true);
});

it("a full disk rejects with a StorageClientError, and leaves the old file as it was", async () => {
  const { folder, path, attachmentData, handles } = await saving();
  const full = Object.assign(new Error("ENOSPC: no space left on device, writev"), { code: "ENOSPC" });
  const writev = vi.spyOn(handles, "writev").mockRejectedValue(full);
  onTestFinished(() => writev.mockRestore());
  const error = await rejection(attachmentData.save(path));
  expect(error).toMatchObject({ name: "StorageClientError", message: expect.stringContaining("no space left") });
  expect(await readdir(folder)).toStrictEqual(["passport.png"]);
  expect(await readFile(path)).toHaveLength(0);
});
