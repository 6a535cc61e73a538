import type { AttachmentInput } from "incountry-storage";
import { expect } from "vitest";
import { type Attaching, country, hashOf, iterableOf, sameBytes, streamOf } from "./attaching.ts";
import { patternBytes } from "./pattern-bytes.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** The kinds of input of a file. */
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

export const kindNames: readonly string[] = Object.keys(kinds);

export const mebibyte: number = 1024 * 1024;

interface RoundTrip {
  readonly to: Attaching;
  readonly kind: string;
  readonly encrypt: boolean;
}

/** Uploads a file and expects to download it with its metadata. */
export async function expectRoundTrip({ to, kind, encrypt }: RoundTrip, size: number): Promise<void> {
  const bytes = patternBytes(size);
  const fileName = `${kind}, ${size}, ${encrypt}`;
  const input = { file: kinds[kind]?.(bytes) ?? "", fileName, mimeType: "image/png", encrypt };
  const attachmentMeta = await to.add(input);
  expect(attachmentMeta).toMatchObject({ fileName, mimeType: "image/png", size });
  const { attachmentData } = await to.storage.getAttachmentFile(country, to.recordKey, attachmentMeta.fileId);
  expect(attachmentData).toMatchObject({ fileName, mimeType: "image/png", size, sealed: encrypt });
  expect(sameBytes(await attachmentData.bytes(), bytes)).toBe(true);
  const stored = await to.storage.getAttachmentMeta(country, to.recordKey, attachmentMeta.fileId);
  expect(stored.attachmentMeta).toStrictEqual(attachmentMeta);
  if (!encrypt) expect(attachmentMeta.hash).toBe(await hashOf(bytes));
}

/** Like `expectRoundTrip`, for a file that must never be in memory whole. */
export async function expectStreamed({ to, kind, encrypt }: RoundTrip, bytes: Bytes): Promise<void> {
  const { fileId, size } = await to.add({ file: kinds[kind]?.(bytes) ?? "", fileName: kind, encrypt, upsert: true });
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
}
