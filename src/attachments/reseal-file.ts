import { changeMeta, readMeta } from "../api/attachments.ts";
import { StorageCryptoError, StorageServerError } from "../errors.ts";
import type { FileKeyring } from "../files/sealed/file-keyring.ts";
import { identityOf, type RecordCall } from "./record-call.ts";
import { ChangedMeanwhile, isGone, replaceSealed } from "./replace-sealed.ts";
import { fetchSealedMetadata, type SealedFacts } from "./sealed-metadata.ts";

/** The next step for a sealed file. `rename`: an interrupted rotation replaced it, but did not rename it. */
type Need = "reseal" | "rename" | "nothing";

/** Attempts at a file that others keep replacing. */
const maxAttempts = 3;

async function examine(
  call: RecordCall,
  fileId: string,
  keyring: FileKeyring,
): Promise<{ need: Need; file: SealedFacts; name: string }> {
  const file = await fetchSealedMetadata(call, await readMeta(call, fileId), keyring);
  const { header, metadata } = file.opened;
  const name = await keyring.currentName(identityOf(call), metadata.name);
  if (header.version !== keyring.currentVersion) return { need: "reseal", file, name };
  return { need: file.stored.fileName === name ? "nothing" : "rename", file, name };
}

/** `busy`: other clients kept replacing the file; it is left for another rotation. */
export type ResealOutcome = "resealed" | "nothing" | "busy";

/** Encrypts a sealed file with the current secret, without holding all of it in memory. @throws StorageCryptoError */
export async function resealFile(call: RecordCall, fileId: string, keyring: FileKeyring): Promise<ResealOutcome> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { need, file, name } = await examine(call, fileId, keyring);
      if (need === "nothing") return "nothing";
      if (need === "reseal") await replaceSealed(call, file, keyring);
      if (file.stored.fileName !== name) await rename(call, fileId, name);
      return "resealed";
    } catch (error) {
      if (isGone(error)) return "nothing";
      const isLast = attempt === maxAttempts;
      if (error instanceof ChangedMeanwhile) {
        if (isLast) return "busy";
        continue;
      }
      // The other file of this name may be one that another process added by mistake and is about to delete.
      if (!(error instanceof NameTaken) || isLast) throw error;
    }
  }
}

/** Returns what `resealFile` would, without writing. @throws StorageCryptoError */
export async function wouldReseal(call: RecordCall, fileId: string, keyring: FileKeyring): Promise<ResealOutcome> {
  try {
    const { need } = await examine(call, fileId, keyring);
    return need === "nothing" ? "nothing" : "resealed";
  } catch (error) {
    if (isGone(error)) return "nothing";
    throw error;
  }
}

/** The record has another file of the name that the current secret gives to this one. */
class NameTaken extends StorageCryptoError {}

async function rename(call: RecordCall, fileId: string, fileName: string): Promise<void> {
  try {
    await changeMeta(call, fileId, { fileName });
  } catch (cause) {
    if (!(cause instanceof StorageServerError && cause.status === 409)) throw cause;
    throw new NameTaken(
      "The record has two encrypted files of the same name, one of them under the current secret. Delete one of them.",
      { cause },
    );
  }
}
