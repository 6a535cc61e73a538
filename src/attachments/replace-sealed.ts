import { StorageClientError, StorageCryptoError, StorageIntegrityError, StorageServerError } from "../errors.ts";
import { isUnchanged } from "../files/integrity.ts";
import type { FileKeyring } from "../files/sealed/file-keyring.ts";
import { sealedFile } from "../files/sealed/seal-file.ts";
import type { Chunks } from "../files/streams.ts";
import { deleteFile } from "../operations/attachments/delete-attachment.ts";
import type { AttachmentMeta } from "../records/record.ts";
import { fetchFile } from "./fetch-file.ts";
import { fetchMeta } from "./fetch-meta.ts";
import type { SealedFacts } from "./sealed-metadata.ts";
import { sendFile } from "./send-file.ts";
import { type Target, transferSettings } from "./target.ts";

/** Somebody else replaced, renamed or deleted the file while it was being sealed anew: what they did has to stand. */
export class ChangedMeanwhile extends StorageClientError {}

/** Whether there is no such file any more. */
export function isGone(error: unknown): boolean {
  return error instanceof StorageServerError && error.status === 404;
}

/**
 * Puts a file that is sealed with the current secret in the place of one that another secret sealed. It keeps its stored name
 * until it is all there: the PoP replaces the file that has it.
 *
 * @throws ChangedMeanwhile
 */
export async function replaceSealed(target: Target, file: SealedFacts, keyring: FileKeyring): Promise<void> {
  const { fileId } = file.stored;
  const kept = await put(target, file, keyring);
  if (kept.fileId === fileId) return;
  // Nothing had the name any more when the PoP looked for it: this is a file that nobody asked for.
  await undo(target, { ...file, stored: kept }, { replaced: fileId, keyring });
  throw new ChangedMeanwhile("The file was deleted or renamed while it was being sealed anew.");
}

async function put(
  target: Target,
  { stored, opened: { metadata, size } }: SealedFacts,
  keyring: FileKeyring,
): Promise<AttachmentMeta> {
  const { context, operation, country, path, request } = target;
  const open = (signal: AbortSignal): Chunks => openUnlessChanged(target, stored, keyring, signal);
  const sealed = await sealedFile({ ...metadata, size, replayable: true, open }, keyring, target.record);
  const sending = { operation, country, path, request, upsert: true };
  return sendFile(transferSettings(context), sending, { ...sealed, name: stored.fileName });
}

/** The bytes of the file, the last of them only if nobody has changed the file since it was looked at. */
async function* openUnlessChanged(
  target: Target,
  stored: AttachmentMeta,
  keyring: FileKeyring,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    const file = await fetchFile(target, stored.fileId, async () => keyring);
    const cancel = (): void => file.cancel();
    signal.addEventListener("abort", cancel, { once: true });
    try {
      yield* file.chunks;
    } finally {
      signal.removeEventListener("abort", cancel);
      cancel();
    }
  } catch (error) {
    // What looks as if it were altered may be one file with what is told of the next.
    if (error instanceof StorageCryptoError) await refuseChanged(target, stored);
    throw error;
  }
  // The last piece cannot be sealed before this ends: until then the PoP keeps what it had.
  await refuseChanged(target, stored);
}

async function refuseChanged(target: Target, stored: AttachmentMeta): Promise<void> {
  if (isUnchanged(await fetchMeta(target, stored.fileId), stored)) return;
  throw new ChangedMeanwhile("The file was replaced or renamed while it was being sealed anew.");
}

/** Deletes a file that was created instead of replacing another, unless somebody has replaced it in turn. */
async function undo(
  target: Target,
  created: SealedFacts,
  { replaced, keyring }: { replaced: string; keyring: FileKeyring },
): Promise<void> {
  try {
    const { fileId } = created.stored;
    let mine = created.stored;
    if (!(await isThere(target, replaced))) {
      // A PoP that gives what it replaces another id has no other copy left. What it does shows when it is done once more.
      mine = await put(target, created, keyring);
      if (mine.fileId !== fileId) throw givesNewIds();
    }
    if (isUnchanged(await fetchMeta(target, fileId), mine)) await deleteFile(target, fileId);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

async function isThere(target: Target, fileId: string): Promise<boolean> {
  try {
    await fetchMeta(target, fileId);
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

function givesNewIds(): StorageIntegrityError {
  return new StorageIntegrityError(
    "The PoP gives the sealed file another id when it is replaced: it was sealed anew, and has to be looked for under its new id.",
  );
}
