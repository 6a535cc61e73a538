import type { FileStatus, FileSystem, NodeFileSystem } from "./node-file-system.ts";

/** Where a file is to be written. */
export interface Place {
  readonly path: string;
  /** Who may do what with the file that is there; undefined if there is none. */
  readonly mode: number | undefined;
  /** Moves the file that was written beside the path to it. */
  take(aside: string): Promise<void>;
}

const permissions = 0o777;
/** Linux follows no more. */
const maxLinks = 40;

/** Finds the place that a path leads to; in a folder, that of the file of the given name. */
export async function placeToWrite(
  system: NodeFileSystem,
  path: string,
  inFolder: { readonly nameInFolder: string; readonly overwrite: boolean },
): Promise<Place> {
  const { fs, paths } = system;
  const status = await ifThere(fs.stat(path));
  if (status?.isDirectory() === true) {
    return placeInFolder(fs, paths.join(path, inFolder.nameInFolder), inFolder.overwrite);
  }
  // A rename would put a file in the place of a device, and leave nothing of what waits at a pipe.
  if (status?.isFile() === false) throw notAFile(status);
  const target = status === undefined ? await linkTarget(system, path) : await fs.realpath(path);
  return { path: target, mode: modeOf(status), take: (aside) => fs.rename(aside, target) };
}

/** The caller did not choose the name: no link of that name is followed, and nothing is replaced unless the caller asked. */
async function placeInFolder(fs: FileSystem, path: string, overwrite: boolean): Promise<Place> {
  const status = await replaceable(fs, path, overwrite);
  return {
    path,
    mode: modeOf(status),
    take: async (aside) => {
      if (!overwrite) return takeFreeName(fs, path, aside);
      // A link may have appeared while the file was written.
      await replaceable(fs, path, overwrite);
      await fs.rename(aside, path);
    },
  };
}

/** Looks at what may be replaced: a file if the caller asked for that, or nothing. Throws for anything else. */
async function replaceable(fs: FileSystem, path: string, overwrite: boolean): Promise<FileStatus | undefined> {
  const status = await ifThere(fs.lstat(path));
  if (status === undefined || (status.isFile() && overwrite)) return status;
  throw nameTaken(status);
}

/** Takes a name that nothing has. A rename alone would replace what appears meanwhile, and not every file system has hard links. */
async function takeFreeName(fs: FileSystem, path: string, aside: string): Promise<void> {
  // It follows no link, and fails if anything has the name.
  const empty = await fs.open(path, "wx").catch(async (error: unknown) => {
    await replaceable(fs, path, false);
    throw error;
  });
  try {
    await empty.close();
    await fs.rename(aside, path);
  } catch (error) {
    await fs.rm(path, { force: true });
    throw error;
  }
}

function modeOf(status: FileStatus | undefined): number | undefined {
  return status === undefined ? undefined : status.mode & permissions;
}

/** The error for a name in a folder that is not free. */
function nameTaken(status: FileStatus): Error {
  const code = status.isSymbolicLink()
    ? "ELINKTHERE"
    : status.isDirectory()
      ? "EDIRTHERE"
      : status.isFile()
        ? "EEXIST"
        : "EOTHERTHERE";
  return Object.assign(new Error("The name is taken in the folder."), { code });
}

/** The error for a path that leads to something else than a file. */
export function notAFile(status: FileStatus): Error {
  const code = status.isDirectory() ? "EISDIR" : "ENOTFILE";
  return Object.assign(new TypeError("The path is not that of a regular file."), { code });
}

/** undefined if there is nothing. */
async function ifThere(found: Promise<FileStatus>): Promise<FileStatus | undefined> {
  try {
    return await found;
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
