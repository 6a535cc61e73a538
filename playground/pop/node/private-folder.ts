import { chmod, mkdir, readdir, stat } from "node:fs/promises";
import { codeOf } from "../store/database-errors.ts";
import { UsageError } from "../usage-error.ts";

const [forOwner, forOthers, sticky] = [0o700, 0o077, 0o1000];
const ownEntry = /^(?:database|attachments|pop\.lock\.\d+)$/;

/**
 * Creates a folder that only its owner can access, or revokes the access of others to an existing one. Throws a `UsageError`
 * if that fails. Windows inherits access rights from the parent folder.
 */
export async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: forOwner });
  if (process.platform === "win32" || !(await isOpen(folder))) return;
  if (await holdsOtherFiles(folder)) {
    const message = `Other users can access the folder ${folder}, and it holds other files than those of a PoP. Choose a new folder in it.`;
    throw new UsageError(message);
  }
  try {
    await chmod(folder, forOwner);
  } catch (cause) {
    throw staysOpen(folder, codeOf(cause) ?? "unknown reason", cause);
  }
  // File systems without permissions ignore the change.
  if (await isOpen(folder)) throw staysOpen(folder, "its file system has no permissions");
}

/** Such a folder keeps its permissions. The root of a new file system holds `lost+found`. */
async function holdsOtherFiles(folder: string): Promise<boolean> {
  const entries = (await readdir(folder)).filter((name) => name !== "lost+found");
  return entries.length > 0 && !entries.some((name) => ownEntry.test(name));
}

async function isOpen(folder: string): Promise<boolean> {
  const { mode } = await stat(folder);
  if ((mode & forOthers) === 0) return false;
  if ((mode & sticky) === 0) return true;
  // Such as /tmp, whose permissions other programs need.
  throw new UsageError(`All users of this machine share the data folder ${folder}. Choose a new folder in it.`);
}

function staysOpen(folder: string, reason: string, cause?: unknown): UsageError {
  const message = `Other users can access the data folder ${folder}, and its permissions cannot be changed (${reason}). Run chmod 700 on it as its owner, or choose another folder.`;
  return new UsageError(message, { cause });
}
