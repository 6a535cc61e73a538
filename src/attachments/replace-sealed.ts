import { deleteFile, readMeta } from "../api/attachments.ts";
import { StorageClientError, StorageCryptoError, StorageIntegrityError, StorageServerError } from "../errors.ts";
import { isUnchanged } from "../files/integrity.ts";
import type { FileKeyring } from "../files/sealed/file-keyring.ts";
import { sealedFile } from "../files/sealed/seal-file.ts";
import type { Chunks } from "../files/streams.ts";
import type { AttachmentMeta } from "../records/record.ts";
import { fetchFile } from "./fetch-file.ts";
import { identityOf, type RecordCall } from "./record-call.ts";
import type { SealedFacts } from "./sealed-metadata.ts";
import { sendVerified } from "./send-file.ts";

/** Another client replaced, renamed or deleted the file during its rotation. That change is kept. */
export class ChangedMeanwhile extends StorageClientError {}

/** True if the file no longer exists. */
export function isGone(error: unknown): boolean {
  return error instanceof StorageServerError && error.status === 404;
}

/**
 * Replaces a sealed file by the same file under the current secret. The new file has the stored name of the old one, which the PoP
 * keeps until all of the new one was sent.
 *
 * @throws ChangedMeanwhile
 */
export async function replaceSealed(call: RecordCall, file: SealedFacts, keyring: FileKeyring): Promise<void> {
  const { fileId } = file.stored;
  const written = await put(call, file, keyring);
  if (written.fileId === fileId) return;
  // The old file was deleted or renamed meanwhile, so that the PoP added a file instead of replacing one.
  await undo(call, { ...file, stored: written }, { replaced: fileId, keyring });
  throw new ChangedMeanwhile("The file was deleted or renamed during its rotation.");
}

async function put(call: RecordCall, { stored, opened }: SealedFacts, keyring: FileKeyring): Promise<AttachmentMeta> {
  const { metadata, size } = opened;
  const open = (signal: AbortSignal): Chunks => openUnlessChanged(call, stored, keyring, signal);
  const sealed = await sealedFile({ ...metadata, size, replayable: true, open }, keyring, identityOf(call));
  return sendVerified(call, { ...sealed, name: stored.fileName }, { upsert: true });
}

/** Yields the bytes of the file; ends only if the file has not changed since its metadata was read. */
async function* openUnlessChanged(
  call: RecordCall,
  stored: AttachmentMeta,
  keyring: FileKeyring,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    const file = await fetchFile(call, stored.fileId, async () => keyring);
    const cancel = (): void => file.cancel();
    signal.addEventListener("abort", cancel, { once: true });
    try {
      yield* file.chunks;
    } finally {
      signal.removeEventListener("abort", cancel);
      cancel();
    }
  } catch (error) {
    // A file that was replaced meanwhile looks altered.
    if (error instanceof StorageCryptoError) await refuseChanged(call, stored);
    throw error;
  }
  // The last piece is sealed after this, and only then does the PoP replace the file.
  await refuseChanged(call, stored);
}

async function refuseChanged(call: RecordCall, stored: AttachmentMeta): Promise<void> {
  if (isUnchanged(await readMeta(call, stored.fileId), stored)) return;
  throw new ChangedMeanwhile("The file was replaced or renamed during its rotation.");
}

/** Deletes a file that was added instead of replacing another, unless another client has replaced it. */
async function undo(
  call: RecordCall,
  added: SealedFacts,
  { replaced, keyring }: { replaced: string; keyring: FileKeyring },
): Promise<void> {
  try {
    const { fileId } = added.stored;
    let own = added.stored;
    if (!(await exists(call, replaced))) {
      // A PoP that gives each replaced file a new id has no other copy now. Replacing it once more shows whether it does that.
      own = await put(call, added, keyring);
      if (own.fileId !== fileId) throw changesIds();
    }
    if (isUnchanged(await readMeta(call, fileId), own)) await deleteFile(call, fileId);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

async function exists(call: RecordCall, fileId: string): Promise<boolean> {
  try {
    await readMeta(call, fileId);
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

function changesIds(): StorageIntegrityError {
  return new StorageIntegrityError(
    "The PoP gave the rotated file a new id. The file is under the current secret; list the attachments of the record to find it.",
  );
}
