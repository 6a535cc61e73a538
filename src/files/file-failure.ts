import { isStorageError, StorageClientError, type StorageError } from "../errors.ts";

/** What the codes of file systems, and our own adapter's, mean, for those that a caller can do something about. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  ENOTDIR: "a part of the path is not a folder",
  EISDIR: "the path is that of a folder",
  EEXIST: "the folder already has a file of this name. Give the path of a file, or overwrite: true",
  ELINKTHERE: "the folder has a link of this name, which is not followed. Give the path of a file",
  EDIRTHERE: "the folder has a folder of this name. Give the path of a file",
  EOTHERTHERE: "the folder has something of this name that is neither a file nor a folder. Give the path of a file",
  ENOTFILE: "the path leads to something that is neither a file nor a folder",
  EACCES: "this process may not do that there",
  EPERM: "this process may not do that there",
  EROFS: "the file system cannot be written to",
  ENOSPC: "there is no room left",
  EDQUOT: "there is no room left",
  ENAMETOOLONG: "the name is too long",
  EMFILE: "too many files are open",
};

/** Why a file cannot be read or written. The path itself is not told: it may name someone. */
export function reasonOf(error: unknown): string {
  const code: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "code") : undefined;
  return typeof code === "string" ? (reasons[code] ?? code) : "its own error is the cause";
}

/** The error for a file of the caller's own that fails while it is read or written. */
export function fileFailure(operation: "read" | "written", error: unknown): StorageError {
  if (isStorageError(error)) return error;
  return new StorageClientError(`The file cannot be ${operation}: ${reasonOf(error)}.`, { cause: error });
}
