import * as v from "valibot";
import type { FileAdapter } from "../adapters/files.ts";
import { nodeFiles } from "../adapters/node-files.ts";
import { StorageClientError } from "../errors.ts";
import { limits } from "../limits.ts";
import { fileFailure, reasonOf } from "./file-failure.ts";
import {
  bytesOf,
  type FileInput,
  type FileLike,
  fileNameSchema,
  invalidAttachment,
  isAsyncIterable,
  isBlobLike,
  isFileLike,
  isMimeType,
  isStream,
} from "./input.ts";
import { type Chunks, chunksOf, ownBytes, pieces, untilAborted } from "./streams.ts";

/** The caller's file, whatever form it was given in. */
export interface Source {
  /** In bytes; undefined if it is only known after reading. */
  readonly size: number | undefined;
  readonly name: string | undefined;
  readonly type: string | undefined;
  /** True if it can be opened more than once. */
  readonly replayable: boolean;
  /** The input itself if it is a Blob. */
  readonly blob: Blob | undefined;
  /** Reads chunks that are not empty, from the start. If `signal` aborts, ends the input and throws its reason. */
  open(signal: AbortSignal): Chunks;
}

/** A source whose chunks have not been checked. */
type RawSource = Omit<Source, "open"> & {
  /** True if a chunk stays valid after the next one is read. The caller's own code may reuse one buffer. */
  readonly keepsBytes: boolean;
  open(signal: AbortSignal): AsyncIterable<unknown>;
};

/** Small enough for frequent progress reports and low memory use, large enough for speed. */
const pieceLength = 256 * 1024;

/** @throws InputValidationError if the input cannot be read, or is known to be too large. */
export async function sourceOf(input: FileInput, files: FileAdapter | undefined): Promise<Source> {
  const source = typeof input === "string" ? fromFile(await fileAt(input, files), input) : fromObject(input);
  if (source.size !== undefined && source.size > limits.attachmentSize) throw tooLarge();
  return { ...source, open: (signal) => checked(source, signal) };
}

async function fileAt(path: string, files: FileAdapter | undefined = nodeFiles()): Promise<FileLike> {
  if (files === undefined) {
    throw invalidAttachment(
      "file",
      "is a path, but this runtime has no files: pass a Blob, a File, bytes or a stream, or set the option files",
    );
  }
  let file: unknown;
  try {
    file = await files.read(path);
  } catch (error) {
    throw invalidAttachment("file", `is a path that cannot be read: ${reasonOf(error)}`, error);
  }
  if (isFileLike(file)) return file;
  throw new StorageClientError(
    "The read() of the option files must return a Blob, or an object with stream() and, if known, a size.",
  );
}

function fromObject(input: Exclude<FileInput, string>): RawSource {
  const bytes = bytesOf(input);
  if (bytes !== undefined) {
    const open = (): Chunks => pieces(bytes, pieceLength);
    return { ...unnamed, size: bytes.length, replayable: true, keepsBytes: true, open };
  }
  if (isBlobLike(input)) return fromFile(input);
  if (isStream(input)) {
    if (input.locked) throw invalidAttachment("file", "is a stream that is already being read");
    return { ...unnamed, ...readOnce, open: (signal) => chunksOf(input, signal) };
  }
  if (isAsyncIterable(input))
    return { ...unnamed, ...readOnce, open: (signal) => untilAborted(input[Symbol.asyncIterator](), signal) };
  throw invalidAttachment("file", "has no bytes that can be read");
}

const unnamed = { name: undefined, type: undefined, blob: undefined } as const;
const readOnce = { size: undefined, replayable: false, keepsBytes: false } as const;

function fromFile(file: FileLike, path?: string): RawSource {
  const { size, type } = file;
  const name = file.name === undefined || file.name === "" ? path?.split(/[/\\]/).at(-1) : file.name;
  const blob = file instanceof Blob ? file : undefined;
  return {
    size,
    name: typeof name === "string" && v.is(fileNameSchema, name) ? name : undefined,
    type: typeof type === "string" && isMimeType(type) ? type : undefined,
    replayable: true,
    keepsBytes: blob !== undefined,
    blob,
    open: (signal) => chunksOf(file.stream(), signal),
  };
}

/** Checks that all chunks are bytes, and that there are as many as stated, and not too many. */
async function* checked(source: RawSource, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  let length = 0;
  try {
    for await (const chunk of source.open(signal)) {
      const bytes = bytesOf(chunk);
      if (bytes === undefined)
        throw invalidAttachment("file", "must give bytes, but one of its chunks is something else");
      length += bytes.length;
      if (length > limits.attachmentSize) throw tooLarge();
      if (source.size !== undefined && length > source.size) throw changed();
      for await (const piece of pieces(bytes, pieceLength)) yield source.keepsBytes ? ownBytes(piece) : piece.slice();
    }
  } catch (error) {
    throw fileFailure("read", error);
  }
  // An aborted input may end early without an error.
  signal.throwIfAborted();
  if (source.size !== undefined && length < source.size) throw changed();
}

function tooLarge() {
  return invalidAttachment("file", `has more than ${limits.attachmentSize} bytes, the limit of a PoP`);
}

function changed() {
  return new StorageClientError("The file changed while it was being read: add it again.");
}
