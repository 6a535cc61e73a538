import { StorageCryptoError, StorageServerError } from "../errors.ts";
import { isUnchanged } from "../files/integrity.ts";
import type { FileKeyring } from "../files/sealed/file-keyring.ts";
import { cutOff, headerLength, preambleLength, readHeader } from "../files/sealed/layout.ts";
import { type OpenedMetadata, openMetadata } from "../files/sealed/open-file.ts";
import { ByteReader, ownBytes } from "../files/streams.ts";
import { download } from "../http/download.ts";
import type { AttachmentMeta } from "../records/record.ts";
import { fetchMeta } from "./fetch-meta.ts";
import { filePath, type Target, transferSettings } from "./target.ts";

/** The metadata of nearly all sealed files are within their first bytes. */
const firstBytes = 1024;

/** What the PoP says of a sealed file, and what is sealed beside its bytes. */
export interface SealedFacts {
  readonly stored: AttachmentMeta;
  readonly opened: OpenedMetadata;
}

/**
 * Opens what is sealed beside the bytes of a file, without fetching these. `asked` is what the PoP said of the file: where it
 * has been replaced since, the PoP is asked again.
 *
 * @throws StorageCryptoError, StorageIntegrityError where it cannot be opened, or is not what it should be.
 */
export async function fetchSealedMetadata(
  target: Target,
  asked: AttachmentMeta,
  keyring: FileKeyring,
): Promise<SealedFacts> {
  try {
    return { stored: asked, opened: await openStored(target, asked, keyring) };
  } catch (error) {
    if (!(error instanceof StorageCryptoError)) throw error;
    const stored = await fetchMeta(target, asked.fileId);
    if (isUnchanged(stored, asked)) throw error;
    return { stored, opened: await openStored(target, stored, keyring) };
  }
}

async function openStored(target: Target, stored: AttachmentMeta, keyring: FileKeyring): Promise<OpenedMetadata> {
  return openMetadata(
    new ByteReader(once(await fetchPreamble(target, stored.fileId))),
    { name: stored.fileName, size: stored.size },
    keyring,
    target.record,
  );
}

/** What stands before the pieces, as it was sealed. */
async function fetchPreamble(target: Target, fileId: string): Promise<Uint8Array> {
  const begin = await fetchBeginning(target, fileId, firstBytes);
  const length = preambleLength(readHeader(ownBytes(begin.subarray(0, headerLength))));
  return length <= begin.length ? begin : fetchBeginning(target, fileId, length);
}

async function fetchBeginning(target: Target, fileId: string, length: number): Promise<Uint8Array> {
  const { context, operation, country, request } = target;
  const call = { operation, country, path: filePath(target, fileId), request };
  const file = await download(transferSettings(context), call, { first: 0, last: length - 1 }).catch(unlessEmpty);
  try {
    return await new ByteReader(file.chunks(undefined)).take(length);
  } finally {
    file.cancel();
  }
}

/** Of an empty file there is no range (RFC 9110, section 14.1.1), and no sealed file is empty. */
function unlessEmpty(error: unknown): never {
  throw error instanceof StorageServerError && error.status === 416 ? cutOff() : error;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}
