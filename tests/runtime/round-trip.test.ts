import type { AttachmentInput } from "incountry-storage";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type Attaching,
  attaching,
  country,
  hashOf,
  iterableOf,
  sameBytes,
  streamOf,
} from "../support/attachments/attaching.ts";
import { patternBytes } from "../support/attachments/pattern-bytes.ts";
import { isPage } from "../support/faults/engine.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const kinds: Readonly<Record<string, (bytes: Bytes) => AttachmentInput["file"]>> = {
  "a Blob": (bytes) => new Blob([bytes]),
  "a File": (bytes) => new File([bytes], "of another name"),
  "an ArrayBuffer": (bytes) => bytes.buffer,
  "a Uint8Array": (bytes) => bytes,
  "a part of a buffer": (bytes) => {
    const buffer = new Uint8Array(bytes.length + 20);
    buffer.set(bytes, 10);
    return buffer.subarray(10, bytes.length + 10);
  },
  "a ReadableStream": (bytes) => streamOf(bytes),
  "an async iterable": (bytes) => iterableOf(bytes),
};

const mebibyte = 1024 * 1024;
const sizes = [0, 1, 65_535, 65_536, 65_537, 5 * mebibyte];

let to: Attaching;

beforeAll(async () => {
  to = await attaching();
});

describe.each([
  { how: "as it is", encrypt: false },
  { how: "sealed", encrypt: true },
])("a file that is sent $how", ({ encrypt }) => {
  describe.each(Object.entries(kinds))("from %s", (kind, inputOf) => {
    it.each(sizes)("of %d bytes comes back", async (size) => {
      const bytes = patternBytes(size);
      const fileName = `${kind}, ${size}, ${encrypt}`;
      const input = { file: inputOf(bytes), fileName, mimeType: "image/png", encrypt };
      const attachmentMeta = await to.add(input);
      expect(attachmentMeta).toMatchObject({ fileName, mimeType: "image/png", size });
      const { attachmentData } = await to.storage.getAttachmentFile(country, to.recordKey, attachmentMeta.fileId);
      expect(attachmentData).toMatchObject({ fileName, mimeType: "image/png", size, sealed: encrypt });
      expect(sameBytes(await attachmentData.bytes(), bytes)).toBe(true);
      const stored = await to.storage.getAttachmentMeta(country, to.recordKey, attachmentMeta.fileId);
      expect(stored.attachmentMeta).toStrictEqual(attachmentMeta);
      if (!encrypt) expect(attachmentMeta.hash).toBe(await hashOf(bytes));
    });
  });
});

describe("a file of 95 MiB", () => {
  const bytes = patternBytes(95 * mebibyte);
  // What the others come to, in browsers, where so many bytes take the longest.
  const large = isPage ? ["a Blob", "a Uint8Array", "a ReadableStream"] : Object.keys(kinds);
  // Every other kind sealed: what becomes of the bytes of each is the same once they have been read.
  const cases = large.map((kind, index) => ({ kind, encrypt: index % 2 === 0 }));

  it.each(cases)(
    "from $kind (encrypt: $encrypt) comes back, and is never all in one piece",
    { timeout: 90_000 },
    async ({ kind, encrypt }) => {
      const { fileId, size } = await to.add({
        file: kinds[kind]?.(bytes) ?? "",
        fileName: kind,
        encrypt,
        upsert: true,
      });
      expect(size).toBe(bytes.length);
      const { attachmentData } = await to.storage.getAttachmentFile(country, to.recordKey, fileId);
      const reader = attachmentData.file.getReader();
      let offset = 0;
      let longest = 0;
      let same = true;
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        same &&= sameBytes(part.value, bytes.subarray(offset, offset + part.value.length));
        offset += part.value.length;
        longest = Math.max(longest, part.value.length);
      }
      expect({ offset, same }).toStrictEqual({ offset: bytes.length, same: true });
      expect(longest).toBeLessThanOrEqual(mebibyte);
      await to.storage.deleteAttachment(country, to.recordKey, fileId);
    },
  );
});
