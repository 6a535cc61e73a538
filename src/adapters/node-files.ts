import type { FileAdapter, FileSource, SaveOptions } from "./files.ts";
import { type FileHandle, type NodeFileSystem, nodeFileSystem } from "./node-file-system.ts";
import { notAFile, type Place, placeToWrite } from "./place-to-write.ts";

/** Bytes that are read at once. */
const readLength = 256 * 1024;
/** Bytes that are gathered before they are written: what comes off a connection comes in small pieces. */
const writeLength = 256 * 1024;

/** Who may do what with a new file, as far as the process does not forbid it (umask). */
const newFileMode = 0o666;

/** The files of Node.js, Deno and Bun; undefined elsewhere. */
export function nodeFiles(): FileAdapter | undefined {
  const system = nodeFileSystem();
  return system === undefined ? undefined : new NodeFiles(system);
}

class NodeFiles implements FileAdapter {
  readonly #system: NodeFileSystem;

  constructor(system: NodeFileSystem) {
    this.#system = system;
  }

  async read(path: string): Promise<FileSource> {
    const { fs, paths } = this.#system;
    const status = await fs.stat(path);
    if (!status.isFile()) throw notAFile(status);
    // The files of /proc have bytes, and say that they have none.
    const size = status.size === 0 ? undefined : status.size;
    return { size, name: paths.basename(path), stream: () => this.#stream(path, size) };
  }

  async write(
    path: string,
    stream: ReadableStream<Uint8Array>,
    nameInFolder: string,
    { overwrite = false }: SaveOptions = {},
  ): Promise<void> {
    const { fs, paths } = this.#system;
    const place = await placeToWrite(this.#system, path, { nameInFolder, overwrite });
    // Beside the target, since a rename works within one file system alone.
    const aside = paths.join(paths.dirname(place.path), `.${crypto.randomUUID()}.part`);
    try {
      await this.#writeAside(aside, stream, place);
      await place.take(aside);
    } catch (error) {
      await fs.rm(aside, { force: true });
      throw error;
    }
  }

  async #writeAside(path: string, stream: ReadableStream<Uint8Array>, { mode }: Pick<Place, "mode">): Promise<void> {
    const { fs } = this.#system;
    const reader = stream.getReader();
    let file: FileHandle | undefined;
    try {
      file = await fs.open(path, "wx", mode ?? newFileMode);
      // What the process forbids to new files, it need not have forbidden to the one that is there.
      if (mode !== undefined) await fs.chmod(path, mode);
      await writeEverything(file, reader);
      await file.sync();
    } catch (error) {
      // What the stream itself failed with is not in need of being told.
      await reader.cancel(error).catch(() => undefined);
      throw error;
    } finally {
      await file?.close();
    }
  }

  #stream(path: string, size: number | undefined): ReadableStream<Uint8Array> {
    let file: FileHandle | undefined;
    let position = 0;
    const close = async (): Promise<void> => {
      const open = file;
      file = undefined;
      await open?.close();
    };
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          try {
            file ??= await this.#system.fs.open(path, "r");
            const buffer = new Uint8Array(Math.min(readLength, (size ?? Number.POSITIVE_INFINITY) - position));
            const { bytesRead } = await readInto(file, buffer, position);
            position += bytesRead;
            if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead));
            if (bytesRead > 0 && position !== size) return;
            await close();
            if (size !== undefined && position < size) {
              throw new RangeError("The file became shorter while it was read.");
            }
            controller.close();
          } catch (error) {
            await close();
            throw error;
          }
        },
        cancel: close,
      },
      { highWaterMark: 0 },
    );
  }
}

function readInto(file: FileHandle, buffer: Uint8Array, position: number): Promise<{ bytesRead: number }> {
  return file.read(buffer, 0, buffer.length, position);
}

/** Writes what has come while the next is on its way. */
async function writeEverything(file: FileHandle, reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  let writing: Promise<void> = Promise.resolve();
  let waiting: Uint8Array[] = [];
  let length = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      if (part.value.length > 0) waiting.push(part.value);
      length += part.value.length;
      if (length < writeLength) continue;
      await writing;
      writing = writeAll(file, waiting);
      // It is awaited before the next is begun: until then its failure is nobody's.
      writing.catch(() => undefined);
      [waiting, length] = [[], 0];
    }
    await writing;
    await writeAll(file, waiting);
  } finally {
    await writing.catch(() => undefined);
  }
}

async function writeAll(file: FileHandle, chunks: readonly Uint8Array[]): Promise<void> {
  for (let rest = chunks; rest.length > 0; ) rest = after(rest, (await file.writev(rest)).bytesWritten);
}

/** What of the chunks is behind so many bytes. */
function after(chunks: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let start = bytes;
  return chunks.flatMap((chunk) => {
    const skipped = Math.min(start, chunk.length);
    start -= skipped;
    return skipped === chunk.length ? [] : chunk.subarray(skipped);
  });
}
