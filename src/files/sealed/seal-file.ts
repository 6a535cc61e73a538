import { inOrder } from "../../async/in-order.ts";
import { pieceNonce, sealPiece, tagLength } from "../../crypto/chunk-cipher.ts";
import { randomBytes, saltLength } from "../../crypto/key-derivation.ts";
import { joined } from "../../encoding.ts";
import { limits } from "../../limits.ts";
import { defaultType, invalidAttachment } from "../input.ts";
import type { OutgoingFile } from "../outgoing-file.ts";
import { type Chunks, evenly, ownBytes } from "../streams.ts";
import { type FileKeyring, type RecordIdentity, takesName } from "./file-keyring.ts";
import { openedUpTo, pieceLength, preambleLength, sealedLength, writeHeader } from "./layout.ts";
import { type SealedMetadata, writeMetadata } from "./metadata.ts";

/** A file to seal. */
export interface FileToSeal extends SealedMetadata {
  readonly replayable: boolean;
  open(signal: AbortSignal): Chunks;
}

/** Prepares the sealed form of a file. Each `open` seals it anew, with new keys. */
export async function sealedFile(
  file: FileToSeal,
  keyring: FileKeyring,
  record: RecordIdentity,
): Promise<OutgoingFile> {
  if (!takesName(record, file.name)) throw invalidAttachment("fileName", "is too long to be sealed");
  const metadata = writeMetadata(file);
  if (metadata === undefined) throw invalidAttachment("mimeType", "is too long to be sealed");
  const preamble = preambleLength({ metadataLength: metadata.length + tagLength });
  const size = file.size === undefined ? undefined : preamble + sealedLength(file.size);
  if (size !== undefined && size > limits.attachmentSize) throw tooLarge();
  return {
    name: await keyring.currentName(record, file.name),
    boundToName: true,
    type: defaultType,
    size,
    replayable: file.replayable,
    blob: undefined,
    open: (signal) => seal(file, metadata, keyring, record, signal),
    callerBytes: (bytes) => openedUpTo(Math.max(0, bytes - preamble)),
  };
}

async function* seal(
  file: FileToSeal,
  metadata: Uint8Array<ArrayBuffer>,
  keyring: FileKeyring,
  record: RecordIdentity,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  // New for each attempt: the file may have changed, and a nonce must not be used for two texts.
  const salt = randomBytes(saltLength);
  const version = keyring.currentVersion;
  const keys = await keyring.keysOf(version, salt, record);
  const header = writeHeader({ version, salt, metadataLength: metadata.length + tagLength });
  const preamble = joined([header, await sealPiece(keys.metadata, pieceNonce(0, true), metadata, header)]);
  yield preamble;
  const key = await keys.content(file.name);
  let length = preamble.length;
  const pieces = inOrder(evenly(file.open(signal), pieceLength), ({ bytes, last }, index) =>
    sealPiece(key, pieceNonce(index, last), ownBytes(bytes)),
  );
  for await (const piece of pieces) {
    length += piece.length;
    if (length > limits.attachmentSize) throw tooLarge();
    yield piece;
  }
}

function tooLarge() {
  return invalidAttachment(
    "file",
    `has more than ${limits.attachmentSize} bytes once it is sealed, the limit of a PoP`,
  );
}
