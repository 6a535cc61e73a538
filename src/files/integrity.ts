import { sha256 } from "../adapters/sha256.ts";
import { toHex } from "../encoding.ts";
import { StorageIntegrityError } from "../errors.ts";
import { limits } from "../records/fields.ts";
import type { AttachmentMeta } from "../records/record.ts";
import type { Chunks } from "./streams.ts";

/** What is known of the bytes of a file once they have all come by. */
export interface Fingerprint {
  readonly size: number;
  /** Lower-case hex SHA-256. */
  readonly hash: string;
}

/** WebKit gives a file in pieces of many megabytes. */
const pieceLength = 1024 * 1024;

/**
 * Passes chunks on, in pieces of bearable length, and tells at the end what they were. The last of them is held back until
 * then: who has them all has what was found to be right.
 *
 * @throws StorageIntegrityError where there are more bytes than a file may have: one that never ends is not a file.
 */
export async function* fingerprinted(
  chunks: Chunks,
  onEnd: (fingerprint: Fingerprint) => void | Promise<void>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = sha256();
  let size = 0;
  let held: Uint8Array | undefined;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > limits.attachmentSize)
      throw new StorageIntegrityError("The attachment has more bytes than an attachment can have.");
    for (let start = 0; start < chunk.length; start += pieceLength) {
      if (held !== undefined) yield held;
      held = chunk.length <= pieceLength ? chunk : chunk.subarray(start, start + pieceLength);
      hash.update(held);
    }
  }
  await onEnd({ size, hash: toHex(hash.digest()) });
  if (held !== undefined) yield held;
}

export async function fingerprintOf(chunks: Chunks): Promise<Fingerprint> {
  const hash = sha256();
  let size = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, hash: toHex(hash.digest()) };
}

/** Whether two answers about a file are about the same bytes under the same name. */
export function isUnchanged(one: AttachmentMeta, other: AttachmentMeta): boolean {
  return one.fileName === other.fileName && isSame(one, other);
}

export function isSame(one: Fingerprint, other: Fingerprint): boolean {
  return one.size === other.size && one.hash === other.hash.toLowerCase();
}
