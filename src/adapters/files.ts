/** A file that a path leads to. `Blob` and `File` implement it. */
export interface FileSource {
  /** In bytes; absent if it is only known after reading. */
  readonly size?: number | undefined;
  /** MIME type; absent or empty if unknown. */
  readonly type?: string | undefined;
  /** Name without the folder. @default The last part of the path. */
  readonly name?: string | undefined;
  /** Returns the bytes from the start. Reads only on demand, and can be called more than once. */
  stream(): ReadableStream<Uint8Array>;
}

/** How `save()` writes a file. */
export interface SaveOptions {
  /**
   * In a folder, replace an existing file of the same name.
   *
   * @default false
   */
  overwrite?: boolean | undefined;
}

/** Reads and writes the files of a runtime. */
export interface FileAdapter {
  /** Opens the file at a path. */
  read(path: string): Promise<FileSource>;
  /**
   * Writes the whole stream to the path or, if the path is a folder, to a file of the given name in it. The caller
   * chose the path, but not that name: in a folder, no link of that name is followed, and an existing file is replaced
   * only if `overwrite` is true. Otherwise the write fails, if possible before it reads the stream. A failed write
   * leaves the path unchanged, and nothing else behind.
   */
  write(path: string, stream: ReadableStream<Uint8Array>, nameInFolder: string, options?: SaveOptions): Promise<void>;
}
