import { StorageClientError, StorageCryptoError, StorageIntegrityError, StorageServerError } from "../../errors.ts";
import type { AttachmentMeta } from "../../records/record.ts";
import type { Chunks } from "../byte-streams.ts";
import { fetchFile } from "../fetch-file.ts";
import { fetchMeta } from "../fetch-meta.ts";
import { isSame } from "../integrity.ts";
import { sendFile } from "../send-file.ts";
import { type Target, transferSettings } from "../target.ts";
import { fetchSealedMetadata } from "./fetch-metadata.ts";
import type { FileKeyring } from "./file-keyring.ts";
import { renameStored } from "./former-name.ts";
import type { OpenedMetadata } from "./open-file.ts";
import { sealedFile } from "./seal-file.ts";

/** What is to become of a sealed file: `reseal` it; `rename` it, which is all that an earlier run left to do; or nothing. */
type ResealPlan = "reseal" | "rename" | "nothing";

/** How often a file that others keep replacing is looked at again before it is left for later. */
const maxRounds = 3;

async function planReseal(
  target: Target,
  stored: AttachmentMeta,
  keyring: FileKeyring,
): Promise<{ plan: ResealPlan; file: OpenedMetadata }> {
  const file = await fetchSealedMetadata(target, stored, keyring);
  if (file.header.version !== keyring.currentVersion) return { plan: "reseal", file };
  const name = await keyring.currentName(target.record, file.metadata.name);
  return { plan: stored.fileName === name ? "nothing" : "rename", file };
}

/** `busy`: others keep replacing the file; it is left for another time. */
export type ResealOutcome = "resealed" | "nothing" | "busy";

/**
 * Puts a sealed file under the current secret, without ever having all of it in memory.
 *
 * @throws StorageCryptoError where it cannot be opened, or has to stay as it is.
 */
export async function resealFile(target: Target, fileId: string, keyring: FileKeyring): Promise<ResealOutcome> {
  for (let round = 0; round < maxRounds; round += 1) {
    try {
      const stored = await fetchMeta(target, fileId);
      const { plan, file } = await planReseal(target, stored, keyring);
      if (plan === "nothing") return "nothing";
      const name = await keyring.currentName(target.record, file.metadata.name);
      if (plan === "reseal") await replace(target, stored, file, keyring);
      if (stored.fileName !== name) await rename(target, fileId, name);
      return "resealed";
    } catch (error) {
      if (isGone(error)) return "nothing";
      if (!(error instanceof ReplacedMeanwhile)) throw error;
    }
  }
  return "busy";
}

/** What `resealFile` would do, as far as the first bytes of the file tell. @throws StorageCryptoError where it cannot be opened. */
export async function wouldReseal(target: Target, fileId: string, keyring: FileKeyring): Promise<ResealOutcome> {
  try {
    const { plan } = await planReseal(target, await fetchMeta(target, fileId), keyring);
    return plan === "nothing" ? "nothing" : "resealed";
  } catch (error) {
    if (isGone(error)) return "nothing";
    throw error;
  }
}

/** Whether there is no such file any more. */
function isGone(error: unknown): boolean {
  return error instanceof StorageServerError && error.status === 404;
}

/** Somebody else replaced the file while it was being sealed anew: what they sent must not be overwritten. */
class ReplacedMeanwhile extends StorageClientError {}

async function replace(
  target: Target,
  stored: AttachmentMeta,
  { metadata, size }: OpenedMetadata,
  keyring: FileKeyring,
): Promise<void> {
  const { context, operation, country, path, request } = target;
  const open = (signal: AbortSignal): Chunks => openUnlessReplaced(target, stored, keyring, signal);
  const sealed = await sealedFile({ ...metadata, size, replayable: true, open }, keyring, target.record);
  // It keeps its stored name until it is all there: the PoP replaces the file that has it.
  const sending = { operation, country, path, request, upsert: true };
  const kept = await sendFile(transferSettings(context), sending, { ...sealed, name: stored.fileName });
  if (kept.fileId === stored.fileId && kept.fileName === stored.fileName) return;
  throw new StorageIntegrityError("The PoP did not replace the sealed file: it keeps it beside the one there was.");
}

/** The bytes of the file, the last of them only if nobody has replaced the file since it was looked at. */
async function* openUnlessReplaced(
  target: Target,
  stored: AttachmentMeta,
  keyring: FileKeyring,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await fetchFile(target, stored.fileId, async () => keyring);
  const cancel = (): void => file.cancel();
  signal.addEventListener("abort", cancel, { once: true });
  try {
    yield* file.chunks;
    // The last piece cannot be sealed before this ends: until then the PoP keeps what it had.
    if (!isSame(await fetchMeta(target, stored.fileId), stored)) {
      throw new ReplacedMeanwhile("The file was replaced while it was being sealed anew.");
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    cancel();
  }
}

async function rename(target: Target, fileId: string, name: string): Promise<void> {
  try {
    await renameStored(target, fileId, name);
  } catch (cause) {
    if (!(cause instanceof StorageServerError && cause.status === 409)) throw cause;
    throw new StorageCryptoError(
      "The record has two sealed files of one name, the other one sealed with the current secret: delete one of them.",
      { cause },
    );
  }
}
