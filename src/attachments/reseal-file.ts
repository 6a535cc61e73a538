import { StorageCryptoError, StorageServerError } from "../errors.ts";
import type { FileKeyring } from "../files/sealed/file-keyring.ts";
import { fetchMeta } from "./fetch-meta.ts";
import { renameStored } from "./former-name.ts";
import { ChangedMeanwhile, isGone, replaceSealed } from "./replace-sealed.ts";
import { fetchSealedMetadata, type SealedFacts } from "./sealed-metadata.ts";
import type { Target } from "./target.ts";

/** What is to become of a sealed file: `reseal` it; `rename` it, which is all that an earlier run left to do; or nothing. */
type ResealPlan = "reseal" | "rename" | "nothing";

/** How often a file that others keep replacing is looked at again before it is left for later. */
const maxRounds = 3;

async function planReseal(
  target: Target,
  fileId: string,
  keyring: FileKeyring,
): Promise<{ plan: ResealPlan; file: SealedFacts; name: string }> {
  const file = await fetchSealedMetadata(target, await fetchMeta(target, fileId), keyring);
  const { header, metadata } = file.opened;
  const name = await keyring.currentName(target.record, metadata.name);
  if (header.version !== keyring.currentVersion) return { plan: "reseal", file, name };
  return { plan: file.stored.fileName === name ? "nothing" : "rename", file, name };
}

/** `busy`: others keep replacing the file; it is left for another time. */
export type ResealOutcome = "resealed" | "nothing" | "busy";

/**
 * Puts a sealed file under the current secret, without ever having all of it in memory.
 *
 * @throws StorageCryptoError where it cannot be opened, or has to stay as it is.
 */
export async function resealFile(target: Target, fileId: string, keyring: FileKeyring): Promise<ResealOutcome> {
  for (let round = 1; ; round += 1) {
    try {
      const { plan, file, name } = await planReseal(target, fileId, keyring);
      if (plan === "nothing") return "nothing";
      if (plan === "reseal") await replaceSealed(target, file, keyring);
      if (file.stored.fileName !== name) await rename(target, fileId, name);
      return "resealed";
    } catch (error) {
      if (isGone(error)) return "nothing";
      const isLast = round === maxRounds;
      if (error instanceof ChangedMeanwhile) {
        if (isLast) return "busy";
        continue;
      }
      // The other one of the name may be what another process created by mistake, and is about to delete.
      if (!(error instanceof NameTaken) || isLast) throw error;
    }
  }
}

/** What `resealFile` would do, as far as the first bytes of the file tell. @throws StorageCryptoError where it cannot be opened. */
export async function wouldReseal(target: Target, fileId: string, keyring: FileKeyring): Promise<ResealOutcome> {
  try {
    const { plan } = await planReseal(target, fileId, keyring);
    return plan === "nothing" ? "nothing" : "resealed";
  } catch (error) {
    if (isGone(error)) return "nothing";
    throw error;
  }
}

/** Another file of the record has the name already that the current secret gives to this one. */
class NameTaken extends StorageCryptoError {}

async function rename(target: Target, fileId: string, name: string): Promise<void> {
  try {
    await renameStored(target, fileId, name);
  } catch (cause) {
    if (!(cause instanceof StorageServerError && cause.status === 409)) throw cause;
    throw new NameTaken(
      "The record has two sealed files of one name, the other one sealed with the current secret: delete one of them.",
      { cause },
    );
  }
}
