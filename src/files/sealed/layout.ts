import { tagLength } from "../../crypto/chunk-cipher.ts";
import { saltLength } from "../../crypto/key-derivation.ts";
import type { Bytes } from "../../encoding.ts";
import { StorageCryptoError, StorageIntegrityError } from "../../errors.ts";

/**
 * The layout of a sealed file: header ‖ metadata ‖ pieces. SEALED-FILES.md specifies it.
 *
 * Header: magic (8 bytes) ‖ format (1) ‖ version of the secret (8) ‖ salt (64) ‖ length of the metadata (4).
 */
const magic: readonly number[] = [0x49, 0x4e, 0x43, 0x53, 0x45, 0x41, 0x4c, 0x0a];
const format = 1;

const offsets = { format: 8, version: 9, salt: 17, metadataLength: 81 } as const;
export const headerLength = 85;

/** Bytes of the caller's file in each piece except the last. */
export const pieceLength: number = 64 * 1024;
export const sealedPieceLength: number = pieceLength + tagLength;

/** The most bytes of metadata that a reader accepts, tag included. */
const maxMetadataLength = 64 * 1024;

export interface Header {
  /** Version of the secret. */
  readonly version: number;
  readonly salt: Bytes;
  /** Size of the sealed metadata, in bytes. */
  readonly metadataLength: number;
}

export function writeHeader({ version, salt, metadataLength }: Header): Bytes {
  const header = new Uint8Array(headerLength);
  const view = new DataView(header.buffer);
  header.set(magic);
  view.setUint8(offsets.format, format);
  view.setBigUint64(offsets.version, BigInt(version));
  header.set(salt, offsets.salt);
  view.setUint32(offsets.metadataLength, metadataLength);
  return header;
}

/**
 * @throws StorageIntegrityError if the bytes do not begin like a sealed file.
 * @throws StorageCryptoError if the format of the file is unknown.
 */
export function readHeader(header: Bytes): Header {
  if (!beginsSealed(header)) {
    throw new StorageIntegrityError("The PoP sent bytes that are not a sealed file.");
  }
  if (header.length < headerLength) throw cutOff();
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  if (view.getUint8(offsets.format) !== format) {
    throw new StorageCryptoError("The file was sealed in an unknown format: update the package.");
  }
  const version = Number(view.getBigUint64(offsets.version));
  const metadataLength = view.getUint32(offsets.metadataLength);
  if (!Number.isSafeInteger(version) || metadataLength <= tagLength || metadataLength > maxMetadataLength)
    throw altered();
  return { version, salt: header.slice(offsets.salt, offsets.salt + saltLength), metadataLength };
}

/** True if a file begins with the magic of sealed files. */
export function beginsSealed(bytes: Uint8Array): boolean {
  return bytes.length >= magic.length && magic.every((byte, index) => bytes[index] === byte);
}

export const magicLength: number = magic.length;

/** The number of bytes before the pieces. */
export function preambleLength({ metadataLength }: Pick<Header, "metadataLength">): number {
  return headerLength + metadataLength;
}

/** The size of the pieces of a file of a given length. An empty file has one empty piece. */
export function sealedLength(length: number): number {
  return length + tagLength * Math.max(1, Math.ceil(length / pieceLength));
}

/** The length of the file in pieces of a given size. @throws StorageIntegrityError if pieces cannot have that size. */
export function openedLength(sealed: number): number {
  const pieces = Math.max(1, Math.ceil(sealed / sealedPieceLength));
  const length = sealed - pieces * tagLength;
  if (length < 0 || sealedLength(length) !== sealed) throw cutOff();
  return length;
}

/** The number of bytes of the caller's file in the first `sealed` bytes of the pieces. */
export function openedUpTo(sealed: number): number {
  const whole = Math.floor(sealed / sealedPieceLength);
  return whole * pieceLength + Math.max(0, (sealed % sealedPieceLength) - tagLength);
}

export function altered(): StorageIntegrityError {
  return new StorageIntegrityError("The sealed file was altered, or assembled from parts of other files.");
}

export function cutOff(): StorageIntegrityError {
  return new StorageIntegrityError("The sealed file was cut off: a part of it is missing.");
}
