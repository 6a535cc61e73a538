import { sha256 } from "../adapters/sha256.ts";
import { toHex } from "../encoding.ts";
import { StorageIntegrityError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { AttachmentMeta } from "../records/record.ts";
import { type Chunks, pieces } from "./streams.ts";

export interface Fingerprint {
  /** In bytes. */
  readonly size: number;
  /** Lower-case hex SHA-256. */
  readonly hash: string;
}

/** WebKit reads a file in chunks of many megabytes. */
const pieceLength = 1024 * 1024;

/**
 * Passes chunks on in pieces of limited length, and calls `onEnd` with their fingerprint before the last piece: a
 * reader that has all pieces knows that `onEnd` accepted them.
 *
 * @throws StorageIntegrityError if there are more bytes than an attachment can have.
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
      throw new StorageIntegrityError(`The attachment has more than ${limits.attachmentSize} bytes.`);
    for await (const piece of pieces(chunk, pieceLength)) {
      if (held !== undefined) yield held;
      held = piece;
      hash.update(piece);
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

/** True if two responses describe the same bytes under the same name. */
export function isUnchanged(one: AttachmentMeta, other: AttachmentMeta): boolean {
  return one.fileName === other.fileName && isSame(one, other);
}

export function isSame(one: Fingerprint, other: Fingerprint): boolean {
  return one.size === other.size && one.hash === other.hash.toLowerCase();
}
