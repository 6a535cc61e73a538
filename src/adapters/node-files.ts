import * as v from "valibot";
import { functionOf, type SchemaOf } from "../validation.ts";
import { builtInModule } from "./built-in.ts";
import type { FileAdapter, FileSource } from "./files.ts";

/** What is used of `node:fs/promises`, which Deno and Bun have as well. */
interface FileSystem {
  open(path: string, flags: string): Promise<FileHandle>;
  stat(path: string): Promise<FileStatus>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { force: boolean }): Promise<void>;
}

interface FileHandle {
  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
  writev(buffers: readonly Uint8Array[]): Promise<{ bytesWritten: number }>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

interface FileStatus {
  readonly size: number;
  isFile(): boolean;
  isDirectory(): boolean;
}

interface Paths {
  basename(path: string): string;
  dirname(path: string): string;
  join(...parts: string[]): string;
}

const fileSystemSchema: SchemaOf<FileSystem> = v.object({
  open: functionOf<FileSystem["open"]>(),
  stat: functionOf<FileSystem["stat"]>(),
  rename: functionOf<FileSystem["rename"]>(),
  rm: functionOf<FileSystem["rm"]>(),
});
const pathsSchema: SchemaOf<Paths> = v.object({
  basename: functionOf<Paths["basename"]>(),
  dirname: functionOf<Paths["dirname"]>(),
  join: functionOf<Paths["join"]>(),
});

/** Bytes that are read at once. */
const readLength = 256 * 1024;
/** Bytes that are gathered before they are written: what comes off a connection comes in small pieces. */
const writeLength = 256 * 1024;

/** The files of Node.js, Deno and Bun; undefined elsewhere. */
export function nodeFiles(): FileAdapter | undefined {
  const fileSystem = v.safeParse(fileSystemSchema, builtInModule("node:fs/promises"));
  const paths = v.safeParse(pathsSchema, builtInModule("node:path"));
  if (!fileSystem.success || !paths.success) return undefined;
  return new NodeFiles(fileSystem.output, paths.output);
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
    if (!status.isFile()) throw new TypeError("The path is not that of a regular file.");
    const { size } = status;
    return { size, name: this.#paths.basename(path), stream: () => this.#stream(path, size) };
  }

  async write(path: string, stream: ReadableStream<Uint8Array>, nameInFolder: string): Promise<void> {
    const target = (await this.#isFolder(path)) ? this.#paths.join(path, nameInFolder) : path;
    // Beside the target, since a rename works within one file system alone.
    const aside = this.#paths.join(this.#paths.dirname(target), `.${crypto.randomUUID()}.part`);
    try {
      await this.#writeAside(aside, stream);
      await this.#fs.rename(aside, target);
    } catch (error) {
      await this.#fs.rm(aside, { force: true });
      throw error;
    }
  }

  async #isFolder(path: string): Promise<boolean> {
    try {
      return (await this.#fs.stat(path)).isDirectory();
    } catch {
      return false;
    }
  }

  async #writeAside(path: string, stream: ReadableStream<Uint8Array>): Promise<void> {
    const reader = stream.getReader();
    let file: FileHandle | undefined;
    try {
      file = await this.#fs.open(path, "wx");
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

  #stream(path: string, size: number): ReadableStream<Uint8Array> {
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
            file ??= await this.#fs.open(path, "r");
            const buffer = new Uint8Array(Math.min(readLength, size - position));
            const { bytesRead } = buffer.length === 0 ? { bytesRead: 0 } : await readInto(file, buffer, position);
            position += bytesRead;
            if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead));
            if (position < size && bytesRead > 0) return;
            await close();
            if (position < size) throw new RangeError("The file became shorter while it was read.");
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
