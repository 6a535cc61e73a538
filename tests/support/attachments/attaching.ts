import type { AttachmentInput, AttachmentMeta, RequestOptions, Storage, StorageOptions } from "incountry-storage";
import { expect } from "vitest";
import { popStorage, unique } from "../pop-storage.ts";

export const country = "pt";

/** A Storage, and a record in it for attachments. */
export interface Attaching {
  readonly storage: Storage;
  readonly recordKey: string;
  readonly add: (attachment: AttachmentInput, request?: RequestOptions) => Promise<AttachmentMeta>;
  /** The bytes of an attachment. */
  readonly bytes: (fileId: string, request?: RequestOptions) => Promise<Uint8Array>;
}

export async function attaching(options: Partial<StorageOptions> = {}): Promise<Attaching> {
  const recordKey = unique("attachments");
  await popStorage().write(country, { recordKey });
  return attachingTo(recordKey, options);
}

/** The same record through another Storage. */
export function attachingTo(recordKey: string, options: Partial<StorageOptions> = {}): Attaching {
  const storage = popStorage(options);
  return {
    storage,
    recordKey,
    add: async (attachment, request) =>
      (await storage.addAttachment(country, recordKey, attachment, request)).attachmentMeta,
    bytes: async (fileId, request) => {
      const { attachmentData } = await storage.getAttachmentFile(country, recordKey, fileId, request);
      return attachmentData.bytes();
    },
  };
}

/** Calls a method with arguments that its types do not allow. */
export async function callUnchecked(storage: Storage, name: keyof Storage, ...args: unknown[]): Promise<unknown> {
  const method: unknown = Reflect.get(storage, name);
  if (typeof method !== "function") throw new TypeError(`Storage has no method ${name}.`);
  return Reflect.apply(method, storage, args);
}

/** Compares byte by byte: the matchers take minutes for a hundred megabytes. */
export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index += 1) if (one[index] !== other[index]) return false;
  return true;
}

/** Expects equal bytes: `toStrictEqual` takes most of a second for half a megabyte. */
export async function expectBytes(actual: Uint8Array | Promise<Uint8Array>, expected: Uint8Array): Promise<void> {
  const bytes = await actual;
  const same = sameBytes(bytes, expected);
  expect({ length: bytes.length, same }).toStrictEqual({ length: expected.length, same: true });
}

/** A stream of bytes, in chunks of the given length. */
export function streamOf(bytes: Uint8Array, chunkLength = 100_000): ReadableStream<Uint8Array> {
  let offset = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (offset >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(offset, offset + chunkLength));
      offset += chunkLength;
    },
  });
}

/** An async iterable of bytes, as a Node.js stream is one. */
export async function* iterableOf(
  bytes: Uint8Array,
  chunkLength = 100_000,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let offset = 0; offset < bytes.length; offset += chunkLength) yield bytes.slice(offset, offset + chunkLength);
}

/** Lower-case hex SHA-256. */
export async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
