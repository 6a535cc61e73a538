import { joined, together } from "../encoding.ts";
import { pulledStream } from "../pulled-stream.ts";

/** Bytes in chunks. This folder uses async iterables internally, and web streams at its borders. */
export type Chunks = AsyncIterable<Uint8Array>;

/** Reads the chunks of a stream. Cancels it if the reader stops early, or `signal` aborts. */
export function chunksOf(
  stream: ReadableStream<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  // Not the iterator of the stream, which WebKit lacks.
  const reader = stream.getReader();
  const next = async (): Promise<IteratorResult<Uint8Array, unknown>> => {
    const { done, value } = await reader.read();
    return done ? { done, value } : { done: false, value };
  };
  return untilAborted({ next, return: () => reader.cancel(signal?.reason) }, signal);
}

/** Reads an iterator to its end. Ends it, without waiting for it, if the reader stops early, or `signal` aborts. */
export async function* untilAborted<Item>(
  iterator: { next(): Promise<IteratorResult<Item, unknown>>; return?(): unknown },
  signal: AbortSignal | undefined,
): AsyncGenerator<Item, void, undefined> {
  let ended = false;
  const stop = (): void => {
    if (ended) return;
    ended = true;
    void Promise.resolve(iterator.return?.()).catch(() => undefined);
  };
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  try {
    for (let part = await iterator.next(); !part.done; part = await iterator.next()) yield part.value;
    ended = true;
  } finally {
    signal?.removeEventListener("abort", stop);
    stop();
  }
}

/** Callbacks for the events of a stream while it is read. */
export interface StreamEvents {
  /** Called when the reader requests bytes. */
  readonly onRead: () => void;
  /** Called when the reader has read to the end. */
  readonly onEnd: () => void;
  /** Called when the chunks fail before the reader has cancelled. */
  readonly onError: (error: unknown) => void;
  readonly onCancel: () => void;
}

/** Passes chunks on as a stream that reads only on demand. */
export function streamOf(chunks: Chunks, events: StreamEvents): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  let cancelled = false;
  const next = async (): Promise<IteratorResult<Uint8Array, unknown>> => {
    events.onRead();
    try {
      const part = await iterator.next();
      if (part.done) events.onEnd();
      return part;
    } catch (error) {
      if (!cancelled) events.onError(error);
      throw error;
    }
  };
  const stop = (): unknown => {
    cancelled = true;
    events.onCancel();
    return iterator.return?.();
  };
  return pulledStream({ next, return: stop });
}

/** Splits bytes into pieces, without copying them. */
export async function* pieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let start = 0; start < bytes.length; start += length) yield bytes.subarray(start, start + length);
}

/** Joins all chunks. If `length` is the number of bytes, each is copied only once. */
export async function collect(chunks: Chunks, length = 0): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  const behind: Uint8Array[] = [];
  let offset = 0;
  for await (const chunk of chunks) {
    if (behind.length > 0 || offset + chunk.length > length) behind.push(chunk);
    else bytes.set(chunk, offset);
    if (behind.length === 0) offset += chunk.length;
  }
  const collected = bytes.subarray(0, offset);
  return behind.length === 0 ? collected : joined([collected, ...behind]);
}

/** Bytes per partial Blob. Browsers keep Blobs outside of the page's memory. */
const blobLength = 4 * 1024 * 1024;

/** Joins all chunks to a Blob. In browsers, it never holds all of them in memory. */
export async function collectBlob(chunks: Chunks, type: string): Promise<Blob> {
  const blobs: Blob[] = [];
  let waiting: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    waiting.push(ownBytes(chunk));
    length += chunk.length;
    if (length < blobLength) continue;
    blobs.push(new Blob(waiting));
    [waiting, length] = [[], 0];
  }
  return new Blob([...blobs, ...waiting], { type });
}

/** Copies bytes in shared memory, which Blobs and WebCrypto refuse. Returns other bytes as they are. */
export function ownBytes(chunk: Uint8Array): Uint8Array<ArrayBuffer> {
  return isOwn(chunk) ? chunk : new Uint8Array(chunk);
}

function isOwn(chunk: Uint8Array): chunk is Uint8Array<ArrayBuffer> {
  return Object.prototype.toString.call(chunk.buffer) === "[object ArrayBuffer]";
}

/** Splits bytes into pieces of the given length. The last one may be shorter, or empty if there are no bytes. */
export async function* evenly(
  chunks: Chunks,
  length: number,
): AsyncGenerator<{ readonly bytes: Uint8Array; readonly last: boolean }, void, undefined> {
  let waiting: Uint8Array[] = [];
  let waitingLength = 0;
  for await (const chunk of chunks) {
    let rest = chunk;
    // Not `>=`: a full piece may still be the last one.
    while (waitingLength + rest.length > length) {
      const missing = length - waitingLength;
      if (missing > 0) waiting.push(rest.subarray(0, missing));
      yield { bytes: together(waiting), last: false };
      [waiting, waitingLength] = [[], 0];
      rest = rest.subarray(missing);
    }
    if (rest.length > 0) waiting.push(rest);
    waitingLength += rest.length;
  }
  yield { bytes: together(waiting), last: true };
}

/** Reads a given number of bytes, then the rest. */
export class ByteReader {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #waiting: Uint8Array = new Uint8Array();

  constructor(chunks: Chunks) {
    this.#iterator = chunks[Symbol.asyncIterator]();
  }

  /** Returns the next bytes without consuming them; fewer than `length` only at the end. */
  async peek(length: number): Promise<Uint8Array> {
    while (this.#waiting.length < length) {
      const part = await this.#iterator.next();
      if (part.done) break;
      this.#waiting = together([this.#waiting, part.value].filter((chunk) => chunk.length > 0));
    }
    return this.#waiting.subarray(0, length);
  }

  /** Consumes the next bytes; fewer than `length` only at the end. */
  async take(length: number): Promise<Uint8Array> {
    const taken = await this.peek(length);
    this.#waiting = this.#waiting.subarray(taken.length);
    return taken;
  }

  async *rest(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      if (this.#waiting.length > 0) yield this.#waiting;
      for (let part = await this.#iterator.next(); !part.done; part = await this.#iterator.next()) yield part.value;
    } finally {
      await this.stop();
    }
  }

  async stop(): Promise<void> {
    await this.#iterator.return?.();
  }
}
