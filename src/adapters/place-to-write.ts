import type { FileStatus, FileSystem, NodeFileSystem } from "./node-file-system.ts";

/** Where a file is to be written. */
export interface Place {
  readonly path: string;
  /** Who may do what with the file that is there; undefined where there is none. */
  readonly mode: number | undefined;
}

const permissions = 0o777;
/** Linux follows no more. */
const maxLinks = 40;

/** What a path leads to, links followed: in a folder, the file of the given name. */
export async function placeToWrite(system: NodeFileSystem, path: string, nameInFolder: string): Promise<Place> {
  const isFolder = (await statusOf(system.fs, path))?.isDirectory() === true;
  const file = isFolder ? system.paths.join(path, nameInFolder) : path;
  const status = await statusOf(system.fs, file);
  if (status === undefined) return { path: await linkTarget(system, file), mode: undefined };
  // A rename would put a file in the place of a device, and leave nothing of what waits at a pipe.
  if (!status.isFile()) throw notAFile(status);
  return { path: await system.fs.realpath(file), mode: status.mode & permissions };
}

/** The error for a path that leads to something else than a file. */
export function notAFile(status: FileStatus): Error {
  const code = status.isDirectory() ? "EISDIR" : "ENOTFILE";
  return Object.assign(new TypeError("The path is not that of a regular file."), { code });
}

/** undefined where there is nothing. */
async function statusOf(fs: FileSystem, path: string): Promise<FileStatus | undefined> {
  try {
    return await fs.stat(path);
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, "code") === "ENOENT") return undefined;
    throw error;
  }
}

/** Where links lead at whose end there is nothing yet. */
async function linkTarget({ fs, paths }: NodeFileSystem, path: string): Promise<string> {
  let at = path;
  for (let links = 0; links < maxLinks; links += 1) {
    const target = await fs.readlink(at).catch(() => undefined);
    if (target === undefined) break;
    at = paths.resolve(await fs.realpath(paths.dirname(at)), target);
  }
  return at;
}
