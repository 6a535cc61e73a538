import { type FileHandle, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { BlobStore, BlobWriter, ByteRange } from "../store/blobs/blob-store.ts";
import { unlessCode } from "../store/database-errors.ts";

const readBytes = 256 * 1024;
const unfinished = ".part";

/** Stores blobs as files in a folder. Writes and syncs a temporary file, then renames it. */
export class FileBlobs implements BlobStore {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<FileBlobs> {
    await mkdir(folder, { recursive: true });
    return new FileBlobs(folder);
  }

  async create(id: string): Promise<BlobWriter> {
    const temporary = this.#pathOf(id) + unfinished;
    const file = await open(temporary, "wx");
    return {
      write: (bytes) => file.writeFile(bytes),
      finish: async () => {
        await file.sync();
        await file.close();
        await rename(temporary, this.#pathOf(id));
        await this.#syncFolder();
      },
      abort: async () => {
        await file.close();
        await rm(temporary, { force: true });
        await rm(this.#pathOf(id), { force: true });
      },
    };
  }

  async *read(id: string, { start, end }: ByteRange): AsyncGenerator<Uint8Array, void, undefined> {
    const file = await this.#find(id);
    try {
      for (let position = start; position < end; ) {
        const bytes = new Uint8Array(Math.min(readBytes, end - position));
        const { bytesRead } = await file.read(bytes, 0, bytes.length, position);
        if (bytesRead === 0) throw new Error("The blob is truncated.");
        position += bytesRead;
        yield bytes.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }

  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) await rm(this.#pathOf(id), { force: true });
  }

  async keepOnly(ids: ReadonlySet<string>): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      if (!ids.has(name)) await rm(join(this.#folder, name), { force: true });
    }
  }

  /** Throws its own error: ENOENT would name the path, and would count as an unavailable database. */
  async #find(id: string): Promise<FileHandle> {
    const file = await unlessCode("ENOENT", open(this.#pathOf(id), "r"));
    if (file === undefined) throw new Error("The blob does not exist.");
    return file;
  }

  #pathOf(id: string): string {
    return join(this.#folder, id);
  }

  /** Makes a rename durable. Windows has no such call and needs none. */
  async #syncFolder(): Promise<void> {
    if (process.platform === "win32") return;
    const folder = await open(this.#folder, "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}
