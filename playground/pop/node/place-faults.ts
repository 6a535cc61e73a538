import { codeOf, isDamaged, isNoUrl, isUnavailable, isUnusable } from "../store/database-errors.ts";
import { UsageError } from "../usage-error.ts";
import type { Place } from "./open-place.ts";

/** Says what to do about a place that cannot be used; gives back an error of which nobody knows what to do. */
export function explained(error: unknown, place: Place): unknown {
  if (error instanceof UsageError) return error;
  if (place.kind === "folder") return ofFolder(error, place.folder);
  return place.kind === "postgres" ? ofDatabase(error) : error;
}

function ofFolder(cause: unknown, folder: string): unknown {
  if (isDamaged(cause)) {
    const message = `The database in the data folder ${folder} is damaged. Restore the folder from a copy, or choose another one.`;
    return new UsageError(message, { cause });
  }
  // What the system says of a file or a folder: EEXIST, EACCES, ENOSPC.
  const code = codeOf(cause);
  if (code === undefined || !/^E[A-Z\d]+$/.test(code)) return cause;
  const message = `The data folder ${folder} cannot be used (${code}). Choose a folder that this user may write to.`;
  return new UsageError(message, { cause });
}

const mend = "the URL (--database or DATABASE_URL).";

/** Never says the URL, which holds a password. */
function ofDatabase(cause: unknown): unknown {
  // The cause of this one is left out: it has the URL in it.
  if (isNoUrl(cause)) return new UsageError(`The database's URL cannot be read. Mend ${mend}`);
  if (isUnavailable(cause)) {
    return new UsageError(`The database does not answer. Start PostgreSQL, or mend ${mend}`, { cause });
  }
  if (isUnusable(cause)) {
    return new UsageError(`The database refuses this user, password or name. Mend ${mend}`, { cause });
  }
  return cause;
}
