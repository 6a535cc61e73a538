import { nodeFiles } from "./node-files.ts";

/** What a path leads to. A `Blob` or a `File` is one. */
export interface FileSource {
  /** Bytes; absent where they are known only once they have been read. */
  readonly size?: number | undefined;
  /** The MIME type; absent or empty where it is not known. */
  readonly type?: string | undefined;
  /** The name without its folder; the last part of the path where it is absent. */
  readonly name?: string | undefined;
  /** The bytes from the first on, read when they are asked for and not before. It can be called again. */
  stream(): ReadableStream<Uint8Array>;
}

/** How a file is saved. */
export interface SaveOptions {
  /**
   * In a folder, replace the file of the same name if there is one.
   *
   * @default false
   */
  overwrite?: boolean | undefined;
}

/** Files of a runtime: what turns a path into a Blob, and writes a stream to a path. */
export interface FileAdapter {
  /** The file at a path. */
  read(path: string): Promise<FileSource>;
  /**
   * Writes all of the stream to the path; if the path is a folder, to a file of the given name in it. The path was chosen by
   * the caller, and the name by someone else: in the folder nothing is written through a link of that name, and an existing
   * file is replaced only if `overwrite` is true; else the write fails, if possible before the stream is read. After a failure
   * the path is as it was, and nothing else is left behind.
   */
  write(path: string, stream: ReadableStream<Uint8Array>, nameInFolder: string, options?: SaveOptions): Promise<void>;
}

/** The files of the runtime that this is: Node.js, Deno or Bun. undefined where it has none, as in a browser. */
export function filesOfRuntime(): FileAdapter | undefined {
  return nodeFiles();
}
