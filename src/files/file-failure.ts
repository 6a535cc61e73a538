import { isStorageError, StorageClientError, type StorageError } from "../errors.ts";

/** Explains the error codes of file systems and of `src/adapters/node-files.ts` that a caller can act on. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  ENOTDIR: "a part of the path is not a folder",
  EISDIR: "the path is that of a folder",
  EEXIST: "the folder already has a file of this name. Give the path of a file, or overwrite: true",
  ELINKTHERE: "the folder has a link of this name, which is not followed. Give the path of a file",
  EDIRTHERE: "the folder has a folder of this name. Give the path of a file",
  EOTHERTHERE: "this name in the folder is neither a file nor a folder. Give the path of a file",
  ENOTFILE: "the path is neither a file nor a folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left",
  EDQUOT: "no space left",
  ENAMETOOLONG: "the name is too long",
  EMFILE: "too many open files",
};

/** Describes why a file cannot be read or written, without its path, which may contain the name of a person. */
export function reasonOf(error: unknown): string {
  const code: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "code") : undefined;
  return typeof code === "string" ? (reasons[code] ?? code) : "see cause";
}

/** The error for a file of the caller that fails while it is read or written. */
export function fileFailure(operation: "read" | "written", error: unknown): StorageError {
  if (isStorageError(error)) return error;
  return new StorageClientError(`The file cannot be ${operation}: ${reasonOf(error)}.`, { cause: error });
}
