/** Writes a blob piece by piece; ended by `finish` or `abort`. */
export interface BlobWriter {
  /** Resolves when there is room for more. */
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves once the blob survives the end of this process. */
  finish(): Promise<void>;
  /** Deletes what was written. */
  abort(): Promise<void>;
}

/** Stores the bytes of attachments: in files, rows or memory. All stores pass the same tests. */
export interface BlobStore {
  create(id: string): Promise<BlobWriter>;
  /** Yields the bytes from `start` up to, but not including, `end`. Opens the blob on the first read. */
  read(id: string, range: ByteRange): AsyncGenerator<Uint8Array, void, undefined>;
  /** Deletes blobs; ignores those that do not exist. */
  remove(ids: readonly string[]): Promise<void>;
  /** Deletes all others, finished or not. Called before the first use, if no other process can be writing. */
  keepOnly(ids: ReadonlySet<string>): Promise<void>;
}

export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface Hash {
  update(bytes: Uint8Array): unknown;
  digest(encoding: "hex"): string;
}
