import * as v from "valibot";
import type { FileAdapter, FileSource } from "../adapters/files.ts";
import { nodeFiles } from "../adapters/node-files.ts";
import { StorageClientError } from "../errors.ts";
import { limits } from "../records/fields.ts";
import { fileFailure, reasonOf } from "./file-failure.ts";
import {
  bytesOf,
  type FileInput,
  fileNameSchema,
  invalidAttachment,
  isAsyncIterable,
  isBlobLike,
  isFileSource,
  isMimeType,
  isStream,
} from "./input.ts";
import { type Chunks, chunksOf, ownBytes, pieces } from "./streams.ts";

/** The bytes of a file that the caller gave, whatever form it gave them in. */
export interface Source {
  /** Bytes; undefined where they are known only once they have been read. */
  readonly size: number | undefined;
  readonly name: string | undefined;
  readonly type: string | undefined;
  /** Whether it can be opened more than once. */
  readonly replayable: boolean;
  /** The same as a Blob, where it is one. */
  readonly blob: Blob | undefined;
  /**
   * The bytes, from the first on, in pieces that are not empty. When the signal is aborted, what holds them is let go, and they
   * end with its reason.
   */
  open(signal: AbortSignal): Chunks;
}

/** A source as the caller gave it: what it yields has not been looked at. */
type RawSource = Omit<Source, "open"> & {
  /** Whether a chunk keeps its bytes when the next one is asked for: the caller's own code may fill one buffer over and over. */
  readonly keepsBytes: boolean;
  open(signal: AbortSignal): AsyncIterable<unknown>;
};

/** Small enough for progress to be shown and for memory to stay flat, large enough for speed. */
const pieceLength = 256 * 1024;

/** @throws InputValidationError where the input cannot be read, or is known to be too large. */
export async function sourceOf(input: FileInput, files: FileAdapter | undefined): Promise<Source> {
  const source = typeof input === "string" ? fromFile(await fileAt(input, files), input) : fromObject(input);
  if (source.size !== undefined && source.size > limits.attachmentSize) throw tooLarge();
  return { ...source, open: (signal) => checked(source, signal) };
}

async function fileAt(path: string, files: FileAdapter | undefined = nodeFiles()): Promise<FileSource> {
  if (files === undefined) {
    throw invalidAttachment(
      "file",
      "is a path, and there are no files in this runtime: pass a Blob, a File, bytes or a stream, or give the Storage the option files",
    );
  }
  let file: unknown;
  try {
    file = await files.read(path);
  } catch (error) {
    throw invalidAttachment("file", `is a path that cannot be read: ${reasonOf(error)}`, error);
  }
  if (isFileSource(file)) return sourceFacts(file);
  throw new StorageClientError(
    "The option files is not usable: its read() must give a Blob, or what has stream(), and a size where it is known.",
  );
}

function sourceFacts(file: Pick<FileSource, "size" | "stream"> & { name?: unknown; type?: unknown }): FileSource {
  const { size, name, type } = file;
  const stream = (): ReadableStream<Uint8Array> => file.stream();
  return { size, stream, name: textOf(name), type: textOf(type) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function fromObject(input: Exclude<FileInput, string>): RawSource {
  const bytes = bytesOf(input);
  if (bytes !== undefined) return fromBytes(bytes);
  if (isBlobLike(input)) return fromFile(sourceFacts(input), undefined, input instanceof Blob ? input : undefined);
  if (isStream(input)) {
    if (input.locked) throw invalidAttachment("file", "is a stream that something else reads already");
    return { ...unnamed, ...readOnce, open: (signal) => chunksOf(input, signal) };
  }
  if (isAsyncIterable(input)) {
    return { ...unnamed, ...readOnce, open: (signal) => iterate(input, signal) };
  }
  throw invalidAttachment("file", "is not something that bytes can be read from");
}

const unnamed = { name: undefined, type: undefined, blob: undefined } as const;
const readOnce = { size: undefined, replayable: false, keepsBytes: false } as const;

function fromBytes(bytes: Uint8Array): RawSource {
  const open = (): Chunks => pieces(bytes, pieceLength);
  return { ...unnamed, size: bytes.length, replayable: true, keepsBytes: true, open };
}

function fromFile(file: FileSource, path?: string, blob?: Blob): RawSource {
  const name = file.name ?? path?.split(/[/\\]/).at(-1);
  return {
    size: file.size,
    name: v.is(fileNameSchema, name) ? name : undefined,
    type: file.type !== undefined && isMimeType(file.type) ? file.type : undefined,
    replayable: true,
    keepsBytes: blob !== undefined,
    blob,
    open: (signal) => chunksOf(file.stream(), signal),
  };
}

async function* iterate(input: AsyncIterable<unknown>, signal: AbortSignal): AsyncGenerator<unknown, void, undefined> {
  const iterator = input[Symbol.asyncIterator]();
  let ended = false;
  const stop = (): void => {
    if (ended) return;
    ended = true;
    // It may be in the middle of something: it stops when it can, and nobody waits for it.
    void Promise.resolve(iterator.return?.()).catch(() => undefined);
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    for (let part = await iterator.next(); !part.done; part = await iterator.next()) yield part.value;
    ended = true;
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}

/** What comes out is bytes, not too many of them, and as many as were announced. */
async function* checked(source: RawSource, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  let length = 0;
  try {
    for await (const chunk of source.open(signal)) {
      const bytes = bytesOf(chunk);
      if (bytes === undefined) throw invalidAttachment("file", "must give bytes: one of its chunks is something else");
      length += bytes.length;
      if (length > limits.attachmentSize) throw tooLarge();
      if (source.size !== undefined && length > source.size) throw changed();
      for (let start = 0; start < bytes.length; start += pieceLength) {
        const end = start + pieceLength;
        yield source.keepsBytes ? ownBytes(bytes.subarray(start, end)) : bytes.slice(start, end);
      }
    }
  } catch (error) {
    throw fileFailure("read", error);
  }
  // What was let go of in the middle must not look as if it were whole.
  signal.throwIfAborted();
  if (source.size !== undefined && length < source.size) throw changed();
}

function tooLarge() {
  return invalidAttachment("file", `has more than ${limits.attachmentSize} bytes (100 MiB), the most that a PoP takes`);
}

function changed() {
  return new StorageClientError("The file changed while it was being read: send it again.");
}
