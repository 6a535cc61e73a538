import { joined } from "../encoding.ts";
import { pulledStream } from "../pulled-stream.ts";
import { builtInModule, type FileHandle, type FileStatus, type FileSystem, type Paths } from "./built-in.ts";
import type { FileAdapter, FileSource, SaveOptions } from "./files.ts";

/** Bytes per read, and per write. */
const blockLength = 256 * 1024;
const permissionBits = 0o777;

/** The files of Node.js, Deno and Bun; undefined in other runtimes. */
export function nodeFiles(): FileAdapter | undefined {
  const fs = builtInModule("node:fs/promises");
  const paths = builtInModule("node:path");
  return fs && paths && new NodeFiles(fs, paths);
}

class NodeFiles implements FileAdapter {
  readonly #fs: FileSystem;
  readonly #paths: Paths;

  constructor(fs: FileSystem, paths: Paths) {
    this.#fs = fs;
    this.#paths = paths;
  }

  async read(path: string): Promise<FileSource> {
    const status = await this.#fs.stat(path);
    if (!status.isFile()) throw notAFile(status);
    // Files in /proc report a size of 0, but have content.
    const size = status.size === 0 ? undefined : status.size;
    return { size, name: this.#paths.basename(path), stream: () => pulledStream(this.#content(path, size)) };
  }

  async write(
    path: string,
    stream: ReadableStream<Uint8Array>,
    nameInFolder: string,
    { overwrite = false }: SaveOptions = {},
  ): Promise<void> {
    const found = await this.#fs.stat(path).catch(unlessMissing);
    const inFolder = found?.isDirectory() === true;
    // Renaming a file to the path of a device or a pipe would replace it.
    if (!inFolder && found?.isFile() === false) throw notAFile(found);
    const target = inFolder ? this.#paths.join(path, nameInFolder) : await this.#followLinks(path);
    const replaced = inFolder ? await this.#replaceable(target, overwrite) : found;
    // In the folder of the target: a file cannot be renamed into another file system.
    const part = this.#paths.join(this.#paths.dirname(target), `.${crypto.randomUUID()}.part`);
    const created = [part];
    try {
      await this.#create(part, stream, replaced);
      // A link or a file may have taken the name since.
      if (inFolder) await this.#replaceable(target, overwrite);
      if (inFolder && !overwrite) {
        // Takes the name first, since a rename would replace a file that appears only now.
        await (await this.#fs.open(target, "wx")).close();
        created.push(target);
      }
      await this.#fs.rename(part, target);
    } catch (error) {
      for (const path of created) await this.#fs.rm(path, { force: true });
      throw error;
    }
  }

  async *#content(path: string, size = Number.POSITIVE_INFINITY): AsyncGenerator<Uint8Array, void, undefined> {
    const file = await this.#fs.open(path, "r");
    try {
      for (let left = size; left > 0; ) {
        const buffer = new Uint8Array(Math.min(blockLength, left));
        const { bytesRead } = await file.read(buffer, 0, buffer.length);
        if (bytesRead === 0) return;
        left -= bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }

  /** Creates a file with the permissions of the one that it replaces. */
  async #create(path: string, stream: ReadableStream<Uint8Array>, replaced: FileStatus | undefined): Promise<void> {
    const mode = replaced && replaced.mode & permissionBits;
    const file = await this.#fs.open(path, "wx", mode);
    try {
      // The umask of the process applies to `open`, but not to `chmod`.
      if (mode !== undefined) await this.#fs.chmod(path, mode);
      await writeAll(file, stream.getReader());
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Resolves links, also to a file that does not exist yet. `stat` has already refused circular links. */
  async #followLinks(path: string): Promise<string> {
    const link = await this.#fs.readlink(path).catch(() => undefined);
    if (link === undefined) return path;
    return this.#followLinks(this.#paths.resolve(await this.#fs.realpath(this.#paths.dirname(path)), link));
  }

  /** Finds the file in a folder that may be replaced, if there is one. Throws if anything else has its name. */
  async #replaceable(path: string, overwrite: boolean): Promise<FileStatus | undefined> {
    const status = await this.#fs.lstat(path).catch(unlessMissing);
    if (status === undefined || (status.isFile() && overwrite)) return status;
    throw nameTaken(status);
  }
}

/** Writes each block while the next one arrives. Not with `writeFile`, which takes no stream in workerd. */
async function writeAll(file: FileHandle, reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  let writing: Promise<void> | undefined;
  let block: Uint8Array[] = [];
  let length = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      block.push(part.value);
      length += part.value.length;
      if (length < blockLength) continue;
      await writing;
      writing = writeBlock(file, block, length);
      // Avoids an unhandled rejection; awaited below.
      writing.catch(() => undefined);
      [block, length] = [[], 0];
    }
  } finally {
    await writing;
  }
  await writeBlock(file, block, length);
}

async function writeBlock(file: FileHandle, chunks: readonly Uint8Array[], length: number): Promise<void> {
  const { bytesWritten } = await file.writev(chunks);
  if (bytesWritten === length) return;
  for (let rest = joined(chunks).subarray(bytesWritten); rest.length > 0; ) {
    rest = rest.subarray((await file.write(rest)).bytesWritten);
  }
}

function nameTaken(status: FileStatus): Error {
  let code = "EOTHERTHERE";
  if (status.isSymbolicLink()) code = "ELINKTHERE";
  if (status.isDirectory()) code = "EDIRTHERE";
  if (status.isFile()) code = "EEXIST";
  return Object.assign(new Error("The folder already has an entry of this name."), { code });
}

function notAFile(status: FileStatus): Error {
  const code = status.isDirectory() ? "EISDIR" : "ENOTFILE";
  return Object.assign(new TypeError("The path is not that of a regular file."), { code });
}

/** Handles a failed `stat`: the path leads to nothing, or the error is thrown. */
function unlessMissing(error: unknown): undefined {
  if (error instanceof Error && Reflect.get(error, "code") === "ENOENT") return;
  throw error;
}
