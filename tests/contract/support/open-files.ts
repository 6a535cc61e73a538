import { fstatSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** The number of files in a folder that this process has open. */
export async function openFilesOf(folder: string): Promise<number> {
  const paths = (await readdir(folder)).map((name) => join(folder, name));
  const files = new Set((await Promise.all(paths.map((path) => stat(path)))).map(identityOf));
  const descriptors = (await readdir("/dev/fd")).map(Number);
  return descriptors.map(identityOfOpen).filter((identity) => identity !== undefined && files.has(identity)).length;
}

function identityOf({ dev, ino }: { dev: number; ino: number }): string {
  return `${dev}:${ino}`;
}

/** Undefined if the file was closed meanwhile. */
function identityOfOpen(descriptor: number): string | undefined {
  try {
    return identityOf(fstatSync(descriptor));
  } catch {
    return undefined;
  }
}
