import { describe, expect, it } from "vitest";
import type { Caller } from "../support/caller.ts";
import { freshCountry } from "../support/countries.ts";
import { attachmentsPath, hashOf, metadataOf, patternBytes, uploadFile } from "../support/files.ts";
import type { GetCaller } from "../support/suite.ts";

const size = 600_000;
const bytes = patternBytes(size);
const row = 256 * 1024;

async function upload(caller: Caller, content: Uint8Array<ArrayBuffer>): Promise<string> {
  const country = freshCountry();
  await caller.write(country, { record_key: "k" });
  const metadata = metadataOf(await uploadFile(caller, country, "k", content, { name: "a.png" }));
  return attachmentsPath(country, "k", metadata.file_id);
}

export function downloadSuite(caller: GetCaller): void {
  const uploaded = async (content = bytes): Promise<string> => upload(caller(), content);

  describe("download", () => {
    it("returns the bytes and their metadata", async () => {
      const response = await caller().download(await uploaded());
      expect(response.status).toBe(200);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        "accept-ranges": "bytes",
        "content-disposition": "attachment; filename*=UTF-8''a.png",
        "content-length": String(size),
        "content-type": "application/octet-stream",
        "x-content-type-options": "nosniff",
        etag: `"${hashOf(bytes)}"`,
      });
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
    });

    it("returns ranges", async () => {
      const path = await uploaded();
      const ranges: readonly (readonly [string, number, number])[] = [
        ["bytes=0-0", 0, 1],
        ["bytes=0-99", 0, 100],
        ["bytes=100-", 100, size],
        ["bytes=-1", size - 1, size],
        ["bytes=-900000", 0, size],
        [`bytes=${size - 1}-`, size - 1, size],
        ["bytes=5-900000", 5, size],
        [`bytes=${row - 1}-${row}`, row - 1, row + 1],
        [`bytes=${row}-${2 * row - 1}`, row, 2 * row],
        ["Bytes=10-19", 10, 20],
      ];
      for (const [range, start, end] of ranges) {
        const response = await caller().download(path, { range });
        expect(response.status).toBe(206);
        expect(response.headers.get("content-range")).toBe(`bytes ${start}-${end - 1}/${size}`);
        expect(response.headers.get("content-length")).toBe(String(end - start));
        expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes.slice(start, end));
      }
    });

    it.each(["bytes=600000-", "bytes=600000-700000", "bytes=-0"])("responds with 416 to %s", async (range) => {
      const response = await caller().send("GET", await uploaded(), { headers: { range } });
      expect([response.status, response.sources]).toEqual([416, ["range"]]);
      expect(response.headers.get("content-range")).toBe(`bytes */${size}`);
    });

    it.each(["bytes=5-1", "bytes=0-1,4-5", "lines=1-2", "bytes=a-b", "bytes=-"])(
      "ignores the range %s",
      async (range) => {
        const response = await caller().download(await uploaded(patternBytes(100)), { range });
        expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, 100]);
      },
    );

    it("returns a range only if the file matches the condition", async () => {
      const path = await uploaded();
      const range = "bytes=10-19";
      const same = await caller().download(path, { range, "if-range": `"${hashOf(bytes)}"` });
      expect([same.status, (await same.arrayBuffer()).byteLength]).toEqual([206, 10]);
      for (const other of [`"${hashOf(patternBytes(1))}"`, `W/"${hashOf(bytes)}"`, "Tue, 24 Nov 2026 00:00:00 GMT"]) {
        const response = await caller().download(path, { range, "if-range": other });
        expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, size]);
      }
    });

    it("responds to HEAD, and returns an empty file", async () => {
      const head = await caller().send("HEAD", await uploaded());
      expect([head.status, head.text, head.headers.get("content-length")]).toEqual([200, "", String(size)]);
      const empty = await uploaded(new Uint8Array(0));
      const response = await caller().download(empty);
      expect([
        response.status,
        (await response.arrayBuffer()).byteLength,
        response.headers.get("content-length"),
      ]).toEqual([200, 0, "0"]);
      expect((await caller().download(empty, { range: "bytes=0-" })).status).toBe(416);
    });

    it("can be aborted halfway, repeatedly", async () => {
      const path = await uploaded();
      for (let time = 0; time < 20; time++) {
        const response = await caller().download(path);
        const reader = response.body?.getReader();
        expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
        await reader?.cancel();
      }
      const answer = await caller().download(path);
      expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes);
    });

    it("is possible for many at once", async () => {
      const path = await uploaded();
      const downloads = await Promise.all(Array.from({ length: 8 }, () => caller().download(path)));
      const hashes = await Promise.all(
        downloads.map(async (response) => hashOf(new Uint8Array(await response.arrayBuffer()))),
      );
      expect(new Set(hashes)).toEqual(new Set([hashOf(bytes)]));
    });
  });
}
