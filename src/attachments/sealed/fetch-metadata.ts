import { download } from "../../http/download.ts";
import type { AttachmentMeta } from "../../records/record.ts";
import { ByteReader, ownBytes } from "../byte-streams.ts";
import { filePath, type Target, transferSettings } from "../target.ts";
import type { FileKeyring } from "./file-keyring.ts";
import { headerLength, preambleLength, readHeader } from "./layout.ts";
import { type OpenedMetadata, openMetadata } from "./open-file.ts";

/** The metadata of nearly all sealed files are within their first bytes. */
const firstBytes = 1024;

/** Opens what is sealed beside the bytes of a file, without fetching these. */
export async function fetchSealedMetadata(
  target: Target,
  stored: AttachmentMeta,
  keyring: FileKeyring,
): Promise<OpenedMetadata> {
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
  const file = await download(transferSettings(context), call, { first: 0, last: length - 1 });
  try {
    return await new ByteReader(file.chunks(undefined)).take(length);
  } finally {
    file.cancel();
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}
