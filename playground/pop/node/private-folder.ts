import { chmod, mkdir, readdir, stat } from "node:fs/promises";
import { codeOf } from "../store/database-errors.ts";
import { UsageError } from "../usage-error.ts";

const [forOwner, forOthers, sticky] = [0o700, 0o077, 0o1000];
/** What a data folder holds. */
const ownEntry = /^(?:database|attachments|pop\.lock\.\d+)$/;

/**
 * Makes a folder that its owner alone can use, or closes an existing one to other users. Throws a `UsageError` if it stays open
 * to them. On Windows a folder has the access rights of the one that it is in.
 */
export async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: forOwner });
  if (process.platform === "win32" || !(await isOpen(folder))) return;
  if (await holdsOtherThings(folder)) {
    const message = `The folder ${folder} is open to other users and holds other things than data of a PoP. Choose a new folder in it.`;
    throw new UsageError(message);
  }
  try {
    await chmod(folder, forOwner);
  } catch (cause) {
    throw staysOpen(folder, codeOf(cause) ?? "unknown reason", cause);
  }
  // Some file systems have no permissions, and ignore the change.
  if (await isOpen(folder)) throw staysOpen(folder, "its file system has no permissions");
}

/** A folder that was made for something else stays as it is. A new file system has a folder for what it finds. */
async function holdsOtherThings(folder: string): Promise<boolean> {
  const entries = (await readdir(folder)).filter((name) => name !== "lost+found");
  return entries.length > 0 && !entries.some((name) => ownEntry.test(name));
}

async function isOpen(folder: string): Promise<boolean> {
  const { mode } = await stat(folder);
  if ((mode & forOthers) === 0) return false;
  if ((mode & sticky) === 0) return true;
  // Such as /tmp, which other programs need as it is.
  throw new UsageError(`The data folder ${folder} is shared by all users of this machine. Choose a new folder in it.`);
}

function staysOpen(folder: string, reason: string, cause?: unknown): UsageError {
  const message = `The data folder ${folder} is open to other users, and cannot be closed to them (${reason}). Run chmod 700 on it as its owner, or choose another folder.`;
  return new UsageError(message, { cause });
}
