import { inOrder } from "../../async/in-order.ts";
import { pieceNonce, sealPiece, tagLength } from "../../crypto/chunk-cipher.ts";
import { saltLength } from "../../crypto/formats.ts";
import { randomBytes } from "../../crypto/key-derivation.ts";
import { limits } from "../../records/fields.ts";
import { defaultType, invalidAttachment } from "../input.ts";
import type { OutgoingFile } from "../outgoing-file.ts";
import { type Chunks, evenly, ownBytes } from "../streams.ts";
import { type FileKeyring, type RecordIdentity, takesName } from "./file-keyring.ts";
import { openedUpTo, pieceLength, preambleLength, sealedLength, writeHeader } from "./layout.ts";
import { type SealedMetadata, writeMetadata } from "./metadata.ts";

/** A file that is to be sealed. */
export interface FileToSeal extends SealedMetadata {
  readonly replayable: boolean;
  open(signal: AbortSignal): Chunks;
}

/** The sealed form of a file, ready to be sent. Each time it is opened it is sealed anew, with a key of its own. */
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
  if (size !== undefined && size > limits.attachmentSize) throw tooLarge(size - (file.size ?? 0));
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
  // Never twice the same: a file may have changed before it is sent again, and a nonce must not seal two texts.
  const salt = randomBytes(saltLength);
  const version = keyring.currentVersion;
  const keys = await keyring.keysOf(version, salt, record);
  const header = writeHeader({ version, salt, metadataLength: metadata.length + tagLength });
  yield header;
  yield await sealPiece(keys.metadata, pieceNonce(0, true), metadata, header);
  const key = await keys.content(file.name);
  let length = header.length + metadata.length + tagLength;
  const pieces = inOrder(evenly(file.open(signal), pieceLength), ({ bytes, last }, index) =>
    sealPiece(key, pieceNonce(index, last), ownBytes(bytes)),
  );
  for await (const piece of pieces) {
    length += piece.length;
    if (length > limits.attachmentSize) throw tooLarge(undefined);
    yield piece;
  }
}

function tooLarge(overhead: number | undefined) {
  const added = overhead === undefined ? "" : `, of which ${overhead} bytes`;
  return invalidAttachment(
    "file",
    `has, once it is sealed, more than ${limits.attachmentSize} bytes (100 MiB), the most that a PoP takes${added === "" ? "" : `${added} come from sealing`}`,
  );
}
