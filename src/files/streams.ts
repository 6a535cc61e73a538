/** Bytes that come in pieces. Inside of this folder they are async iterables; at its borders they are web streams. */
export type Chunks = AsyncIterable<Uint8Array>;

/** The chunks of a stream. It is cancelled where its reader stops early, or the signal is aborted. */
export async function* chunksOf(
  stream: ReadableStream<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  // Not `for await`: WebKit's streams are not iterable.
  const reader = stream.getReader();
  const cancel = (): void => void reader.cancel(signal?.reason).catch(() => undefined);
  signal?.addEventListener("abort", cancel, { once: true });
  if (signal?.aborted) cancel();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    signal?.removeEventListener("abort", cancel);
    // At its end this does nothing; before it, it tells the source to stop.
    cancel();
  }
}

/** What is told of a stream while it is read. */
export interface StreamEvents {
  /** The first bytes are asked for. */
  readonly onStart?: () => void;
  /** Its reader has read that this is the end. */
  readonly onEnd?: () => void;
  readonly onError?: (error: unknown) => void;
  /** Its reader has given up. */
  readonly onCancel?: () => void;
}

/** A stream of chunks, each made when it is asked for. */
export function streamOf(
  chunks: Chunks,
  { onStart, onEnd, onError, onCancel }: StreamEvents,
): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  let cancelled = false;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        onStart?.();
        try {
          const part = await iterator.next();
          if (!part.done) return controller.enqueue(part.value);
          onEnd?.();
          controller.close();
        } catch (error) {
          // What a read ends with that its reader has given up is no failure of the source.
          if (!cancelled) onError?.(error);
          throw error;
        }
      },
      async cancel() {
        cancelled = true;
        onCancel?.();
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Bytes at hand, in pieces that a transfer can count. They are not copied. */
export async function* pieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let start = 0; start < bytes.length; start += length) yield bytes.subarray(start, start + length);
}

/** All bytes, one after the other; `length` is how many there should be, so that they need not be moved. */
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

export function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/** Bytes of chunks that go into one Blob: a browser keeps Blobs outside of the page's memory. */
const blobLength = 4 * 1024 * 1024;

/** All bytes as a Blob, without ever having all of them in memory where the platform keeps Blobs elsewhere. */
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

/** The same bytes, where they are not in memory that is shared between threads: Blobs and WebCrypto refuse that. */
export function ownBytes(chunk: Uint8Array): Uint8Array<ArrayBuffer> {
  return isOwn(chunk) ? chunk : new Uint8Array(chunk);
}

function isOwn(chunk: Uint8Array): chunk is Uint8Array<ArrayBuffer> {
  return Object.prototype.toString.call(chunk.buffer) === "[object ArrayBuffer]";
}

/** Chunks of exactly the given length, but for the last one, which tells that it is. There is always a last one, be it empty. */
export async function* evenly(
  chunks: Chunks,
  length: number,
): AsyncGenerator<{ readonly bytes: Uint8Array; readonly last: boolean }, void, undefined> {
  let waiting: Uint8Array[] = [];
  let waitingLength = 0;
  for await (const chunk of chunks) {
    let rest = chunk;
    // Only what has something behind it is known not to be the last.
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

function together(chunks: readonly Uint8Array[]): Uint8Array {
  const [only] = chunks;
  return only !== undefined && chunks.length === 1 ? only : joined(chunks);
}

/** Reads so many bytes, and then the rest. */
export class ByteReader {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #waiting: Uint8Array = new Uint8Array();

  constructor(chunks: Chunks) {
    this.#iterator = chunks[Symbol.asyncIterator]();
  }

  /** The next bytes, without taking them; fewer where the end comes before. */
  async peek(length: number): Promise<Uint8Array> {
    while (this.#waiting.length < length) {
      const part = await this.#iterator.next();
      if (part.done) break;
      this.#waiting = together([this.#waiting, part.value].filter((chunk) => chunk.length > 0));
    }
    return this.#waiting.subarray(0, length);
  }

  /** The next bytes; fewer where the end comes before. */
  async take(length: number): Promise<Uint8Array> {
    const taken = await this.peek(length);
    this.#waiting = this.#waiting.subarray(taken.length);
    return taken;
  }

  async *rest(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      const waiting = this.#waiting;
      this.#waiting = new Uint8Array();
      if (waiting.length > 0) yield waiting;
      for (let part = await this.#iterator.next(); !part.done; part = await this.#iterator.next()) yield part.value;
    } finally {
      await this.stop();
    }
  }

  async stop(): Promise<void> {
    await this.#iterator.return?.();
  }
}
