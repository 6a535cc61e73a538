import { codeOf, isDamaged, isInvalidUrl, isUnavailable, isUnusable } from "../store/database-errors.ts";
import { UsageError } from "../usage-error.ts";

/** Where a PoP stores its data. */
export type DataLocation =
  | { readonly kind: "memory" }
  | { readonly kind: "folder"; readonly folder: string }
  | { readonly kind: "postgres"; readonly url: string };

/** Turns an error of an unusable location into a `UsageError` that says what to do. Returns any other error as it is. */
export function explainError(error: unknown, location: DataLocation): unknown {
  if (error instanceof UsageError) return error;
  if (location.kind === "folder") return explainFolder(error, location.folder);
  return location.kind === "postgres" ? explainDatabase(error) : error;
}

function explainFolder(cause: unknown, folder: string): unknown {
  if (isDamaged(cause)) {
    const message = `The database in the data folder ${folder} is damaged. Restore the folder from a copy, or choose another one.`;
    return new UsageError(message, { cause });
  }
  // Error codes of the operating system: EEXIST, EACCES, ENOSPC.
  const code = codeOf(cause);
  if (code === undefined || !/^E[A-Z\d]+$/.test(code)) return cause;
  const message = `The data folder ${folder} cannot be used (${code}). Choose a folder that this user may write to.`;
  return new UsageError(message, { cause });
}

const check = "check the URL (--database or DATABASE_URL).";

/** Never includes the URL, which holds a password. */
function explainDatabase(cause: unknown): unknown {
  // Without its cause, which includes the URL.
  if (isInvalidUrl(cause)) return new UsageError(`The database URL is invalid: ${check}`);
  if (isUnavailable(cause)) {
    return new UsageError(`The database does not respond. Start PostgreSQL, or ${check}`, { cause });
  }
  if (isUnusable(cause)) {
    return new UsageError(`The database rejects this user, password or database name: ${check}`, { cause });
  }
  return cause;
}
