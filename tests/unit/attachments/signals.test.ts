import { describe, expect, it, vi } from "vitest";
import { popStorage, unique } from "../../support/pop-storage.ts";

/** More than one piece: the call returns before all of it has come. */
const bytes = new Uint8Array(3 * 1024 * 1024);

describe("the signal of a download", () => {
  it.each<[how: string, read: (data: Awaited<ReturnType<typeof download>>) => Promise<unknown>]>([
    ["bytes()", (data) => data.bytes()],
    ["blob()", (data) => data.blob()],
    ["file", (data) => new Response(data.file).arrayBuffer()],
    ["file, which is cancelled", (data) => data.file.cancel()],
  ])("has no listener after the file was read by %s", async (_, read) => {
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, "addEventListener");
    const remove = vi.spyOn(signal, "removeEventListener");
    await read(await download(signal));
    expect(remove.mock.calls.length).toBe(add.mock.calls.length);
    expect(add.mock.calls.length).toBe(1);
  });

  it("has no listener after reading failed", async () => {
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, "addEventListener");
    const remove = vi.spyOn(signal, "removeEventListener");
    const data = await download(signal, async (input, init) => {
      const response = await fetch(input, init);
      const isFile = init?.method === "GET" && response.headers.has("content-disposition");
      return isFile ? new Response(new Uint8Array(bytes.length).fill(1), response) : response;
    });
    await expect(data.bytes()).rejects.toMatchObject({ name: "StorageIntegrityError" });
    expect(remove.mock.calls.length).toBe(add.mock.calls.length);
  });
});

async function download(signal: AbortSignal, fetch: typeof globalThis.fetch = globalThis.fetch) {
  const recordKey = unique("download");
  const storage = popStorage({ fetch });
  await storage.write("de", { recordKey });
  const { attachmentMeta } = await storage.addAttachment("de", recordKey, { file: bytes });
  const { attachmentData } = await storage.getAttachmentFile("de", recordKey, attachmentMeta.fileId, { signal });
  return attachmentData;
}
