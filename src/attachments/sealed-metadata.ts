import { openFile, readMeta } from "../api/attachments.ts";
import { StorageCryptoError, StorageServerError } from "../errors.ts";
import { isUnchanged } from "../files/integrity.ts";
import type { FileKeyring } from "../files/sealed/file-keyring.ts";
import { cutOff, headerLength, preambleLength, readHeader } from "../files/sealed/layout.ts";
import { type OpenedMetadata, openMetadata } from "../files/sealed/open-file.ts";
import { ByteReader, ownBytes } from "../files/streams.ts";
import type { AttachmentMeta } from "../records/record.ts";
import { identityOf, type RecordCall } from "./record-call.ts";

/** Bytes that hold the metadata of nearly all sealed files. */
const firstBytes = 1024;

/** The metadata of a sealed file at the PoP, and the metadata sealed inside it. */
export interface SealedFacts {
  readonly stored: AttachmentMeta;
  readonly opened: OpenedMetadata;
}

/**
 * Decrypts the metadata of a sealed file without fetching all of it.
 *
 * @param known The metadata at the PoP. It is read again if the file was replaced since.
 * @throws StorageCryptoError, StorageIntegrityError
 */
export async function fetchSealedMetadata(
  call: RecordCall,
  known: AttachmentMeta,
  keyring: FileKeyring,
): Promise<SealedFacts> {
  try {
    return { stored: known, opened: await openStored(call, known, keyring) };
  } catch (error) {
    if (!(error instanceof StorageCryptoError)) throw error;
    const stored = await readMeta(call, known.fileId);
    if (isUnchanged(stored, known)) throw error;
    return { stored, opened: await openStored(call, stored, keyring) };
  }
}

async function openStored(call: RecordCall, stored: AttachmentMeta, keyring: FileKeyring): Promise<OpenedMetadata> {
  const reader = new ByteReader(once(await fetchPreamble(call, stored.fileId)));
  return openMetadata(reader, { name: stored.fileName, size: stored.size }, keyring, identityOf(call));
}

async function fetchPreamble(call: RecordCall, fileId: string): Promise<Uint8Array> {
  const begin = await fetchBeginning(call, fileId, firstBytes);
  const length = preambleLength(readHeader(ownBytes(begin.subarray(0, headerLength))));
  return length <= begin.length ? begin : fetchBeginning(call, fileId, length);
}

async function fetchBeginning(call: RecordCall, fileId: string, length: number): Promise<Uint8Array> {
  const file = await openFile(call, fileId, { first: 0, last: length - 1 }).catch(unlessEmpty);
  try {
    return await new ByteReader(file.chunks(undefined)).take(length);
  } finally {
    file.cancel();
  }
}

/** An empty file has no ranges (RFC 9110, section 14.1.1), and no sealed file is empty. */
function unlessEmpty(error: unknown): never {
  throw error instanceof StorageServerError && error.status === 416 ? cutOff() : error;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}
