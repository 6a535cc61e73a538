/** Takes a blob in, piece by piece. Whoever opened it ends it: by `finish` or by `abort`. */
export interface BlobWriter {
  /** Resolves when there is room for more. */
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves when the blob survives the end of this process. */
  finish(): Promise<void>;
  /** Leaves nothing of it behind. */
  abort(): Promise<void>;
}

/** Keeps the bytes of attachments: files, rows, or memory. Each passes the same tests. */
export interface BlobStore {
  create(id: string): Promise<BlobWriter>;
  /** The bytes from `start` up to, not including, `end`; opened with the first and closed after the last that is taken. */
  read(id: string, range: ByteRange): AsyncGenerator<Uint8Array, void, undefined>;
  /** Deletes blobs; those that are not there are no fault. */
  remove(ids: readonly string[]): Promise<void>;
  /** Deletes all but these, finished or not: called before the first use, where no other process can be at work. */
  keepOnly(ids: ReadonlySet<string>): Promise<void>;
}

export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Hashes bytes as they pass. */
export interface Hash {
  update(bytes: Uint8Array): void;
  /** In lower-case hex. */
  digest(): string;
}
