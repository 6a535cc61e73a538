import { inOrder } from "../../async/in-order.ts";
import { openPiece, pieceNonce } from "../../crypto/chunk-cipher.ts";
import { StorageCryptoError, StorageIntegrityError } from "../../errors.ts";
import { type ByteReader, type Chunks, evenly, ownBytes } from "../streams.ts";
import type { FileKeyring, FileKeys, RecordIdentity } from "./file-keyring.ts";
import {
  altered,
  cutOff,
  type Header,
  headerLength,
  openedLength,
  preambleLength,
  readHeader,
  sealedPieceLength,
} from "./layout.ts";
import { readMetadata, type SealedMetadata } from "./metadata.ts";

/** The name and the size of a sealed file, as the PoP states them. */
export interface StoredFile {
  readonly name: string;
  readonly size: number;
}

/** A sealed file whose metadata has been opened. */
export interface OpenedMetadata {
  readonly header: Header;
  readonly keys: FileKeys;
  readonly metadata: SealedMetadata;
  /** Of the caller's file, in bytes. */
  readonly size: number;
}

/**
 * Opens the metadata of a sealed file, and checks its record, its stored name and its size.
 *
 * @throws StorageCryptoError if it cannot be opened.
 * @throws StorageIntegrityError if it is not the file that was sealed.
 */
export async function openMetadata(
  reader: ByteReader,
  stored: StoredFile,
  keyring: FileKeyring,
  record: RecordIdentity,
): Promise<OpenedMetadata> {
  const headerBytes = ownBytes(await reader.take(headerLength));
  const header = readHeader(headerBytes);
  const sealed = ownBytes(await reader.take(header.metadataLength));
  if (sealed.length < header.metadataLength) throw cutOff();
  const keys = await keyring.keysOf(header.version, header.salt, record);
  const opened = await openPiece(keys.metadata, pieceNonce(0, true), sealed, headerBytes).catch(() => {
    throw new StorageCryptoError(
      "The sealed file cannot be opened: it was altered, belongs to another record, or was sealed with a different secret of the same version.",
    );
  });
  const metadata = readMetadata(opened);
  if (!(await keyring.isNameOf(stored.name, record, metadata.name, header.version))) {
    throw new StorageIntegrityError("The PoP sent another sealed file of the record than the requested one.");
  }
  const size = openedLength(stored.size - preambleLength(header));
  if (metadata.size !== undefined && metadata.size !== size) throw cutOff();
  return { header, keys, metadata, size };
}

/** Opens the pieces that follow the metadata. Yields a piece only after it is authenticated. */
export async function* openPieces(
  pieces: Chunks,
  { keys, metadata }: OpenedMetadata,
): AsyncGenerator<Uint8Array, void, undefined> {
  const key = await keys.content(metadata.name);
  const opened = inOrder(evenly(pieces, sealedPieceLength), ({ bytes, last }, index) =>
    openPiece(key, pieceNonce(index, last), ownBytes(bytes)).catch(() => {
      throw altered();
    }),
  );
  for await (const piece of opened) if (piece.length > 0) yield piece;
}
