import { downloadTraits } from "../adapters/transfers.ts";
import { whenAborted } from "../async/abort.ts";
import { isStorageError, StorageIntegrityError, StorageNetworkError, StorageServerError } from "../errors.ts";
import { serverError } from "./answers.ts";
import { abortable, defaultMaxRetries, delay, retryDelay } from "./retry.ts";
import { type TransferAttempt, type TransferCall, type TransferSettings, transfer } from "./transfer.ts";
import { checkResponse, Deadline, factsOf, type HttpAnswer, networkError, readAnswer } from "./transport.ts";

/** Which bytes of a file are wanted: from one to another, both included, or to the end. */
export interface ByteRange {
  readonly first: number;
  readonly last?: number;
}

/** A file on its way. */
export interface Download {
  readonly headers: Headers;
  /** Bytes; undefined where the answer does not say, or it may be that of what they are packed in. */
  readonly announced: number | undefined;
  /**
   * Its bytes, to be asked for once. Where the link breaks they go on from where it broke. `size` is how many there are, as
   * far as that is known: it tells a file that was cut off where the platform does not.
   */
  chunks(size: number | undefined): AsyncIterable<Uint8Array>;
  /** Is aborted by `cancel`, and with the caller's own until then: for whatever else is asked for on the way. */
  readonly signal: AbortSignal;
  /** Lets go of the connection, and asks for nothing more: to be called in the end, whatever that is. */
  cancel(): void;
}

/** An answer whose body has not been read; `parts` is undefined where the answer is an error, whose text was. */
interface OpenAnswer {
  readonly answer: HttpAnswer;
  readonly parts: Parts | undefined;
}

/** The bytes of one answer. */
interface Parts {
  /** How many there are; undefined where the answer does not say, or says it of what they are packed in. */
  readonly announced: number | undefined;
  /** The next bytes; undefined at the end. Throws a `StorageNetworkError` where the link breaks, or nothing comes for too long. */
  read(): Promise<Uint8Array | undefined>;
  cancel(): void;
}

export type DownloadCall = Pick<TransferCall, "operation" | "country" | "path" | "request">;

/**
 * Asks for a file, or a part of it.
 *
 * @throws StorageServerError, StorageNetworkError, StorageAuthenticationError, and the reason of the caller's signal.
 */
export async function download(settings: TransferSettings, call: DownloadCall, range?: ByteRange): Promise<Download> {
  const first = await open(settings, call, range, undefined);
  const resumption = new Resumption(settings, call, range, first);
  return {
    headers: first.answer.headers,
    announced: first.parts.announced,
    chunks: (size) => resumption.chunks(size),
    signal: resumption.signal,
    cancel: () => resumption.cancel(),
  };
}

/** Reads one answer after the other until the file is whole. */
class Resumption {
  readonly #settings: TransferSettings;
  readonly #call: DownloadCall;
  readonly #range: ByteRange;
  readonly #announced: number | undefined;
  readonly #headers: Headers;
  readonly #leaving = new AbortController();
  #parts: Parts;
  #forget = (): void => undefined;

  constructor(
    settings: TransferSettings,
    call: DownloadCall,
    range: ByteRange | undefined,
    { answer, parts }: { answer: HttpAnswer; parts: Parts },
  ) {
    const { signal } = call.request;
    if (signal !== undefined) this.#forget = whenAborted(signal, () => this.#leaving.abort(signal.reason));
    this.#settings = settings;
    this.#call = { ...call, request: { ...call.request, signal: this.signal } };
    this.#headers = answer.headers;
    this.#announced = parts.announced;
    // A PoP that does not know ranges answers with all of it.
    this.#range = answer.status === 206 && range !== undefined ? range : { first: 0 };
    this.#parts = parts;
  }

  get signal(): AbortSignal {
    return this.#leaving.signal;
  }

  async *chunks(size: number | undefined): AsyncGenerator<Uint8Array, void, undefined> {
    const length = this.#announced ?? size;
    let received = 0;
    let skip = 0;
    let failures = 0;
    try {
      for (;;) {
        const part = await this.#parts.read().catch((error: unknown) => this.#brokenBy(error));
        if (part !== undefined && !isBroken(part)) {
          const fresh = part.subarray(Math.min(skip, part.length));
          skip -= part.length - fresh.length;
          received += fresh.length;
          if (fresh.length === 0) continue;
          failures = 0;
          yield fresh;
          continue;
        }
        // What was let go of in the middle must not look as if it were whole.
        this.signal.throwIfAborted();
        const isWhole = length === undefined ? part === undefined : received >= length;
        if (isWhole) return;
        const error = part === undefined ? this.#cutOff() : part.error;
        failures += 1;
        const resumed = await this.#resume(received, failures, error);
        if (resumed === "at its end") return;
        skip = resumed;
      }
    } finally {
      this.#parts.cancel();
    }
  }

  cancel(): void {
    this.#forget();
    this.#leaving.abort();
    this.#parts.cancel();
  }

  #brokenBy(error: unknown): Broken {
    if (!(error instanceof StorageNetworkError)) throw error;
    return { error };
  }

  #cutOff(): StorageNetworkError {
    return networkError({ method: "GET", url: undefined }, "the file was cut off", undefined);
  }

  /**
   * Goes on after so many bytes; tells how many to skip where the PoP begins anew instead, or that it has nothing behind them:
   * whether they are the whole file is then for its hash to say.
   */
  async #resume(received: number, failures: number, error: StorageNetworkError): Promise<number | "at its end"> {
    const { request } = this.#call;
    const { retry } = this.#settings;
    if (failures > (request.maxRetries ?? defaultMaxRetries.network)) throw error;
    // What comes packed is counted in other bytes than those that it unpacks to.
    if (this.#headers.has("content-encoding")) throw error;
    this.#parts.cancel();
    await delay(retryDelay(retry, failures - 1, undefined), request.signal);
    const { first, last } = this.#range;
    const next = first + received;
    const range = last === undefined ? { first: next } : { first: next, last };
    const etag = strongEtag(this.#headers);
    const resumed = await open(this.#settings, this.#call, range, etag).catch(unlessBeyondEnd);
    if (resumed === undefined) return "at its end";
    const { answer, parts } = resumed;
    this.#parts = parts;
    this.signal.throwIfAborted();
    if (etag !== undefined && (strongEtag(answer.headers) ?? etag) !== etag) throw replaced();
    if (answer.status !== 206) return next;
    // A page may not see where the part begins: that the whole has the right hash is checked anyway.
    if ((rangeStart(answer.headers) ?? next) === next) return 0;
    throw new StorageServerError(
      "The PoP answered with another part of the file than the one asked for.",
      answer.facts,
    );
  }
}

/** RFC 9110, section 15.5.17. */
function unlessBeyondEnd(error: unknown): undefined {
  if (error instanceof StorageServerError && error.status === 416) return;
  throw error;
}

interface Broken {
  readonly error: StorageNetworkError;
}

function isBroken(part: Uint8Array | Broken): part is Broken {
  return "error" in part;
}

function replaced(): StorageIntegrityError {
  return new StorageIntegrityError("The file was replaced by another one while it was being read: read it again.");
}

function announcedLength({ type, headers }: Response): number | undefined {
  const length = headers.get("content-length");
  // A page may not see that an answer came packed.
  return length === null || type === "cors" || headers.has("content-encoding") ? undefined : Number(length);
}

/** A weak one says that two files mean the same, not that their bytes do (RFC 9110, section 8.8.1). */
function strongEtag(headers: Headers): string | undefined {
  const etag = headers.get("etag");
  return etag?.startsWith('"') ? etag : undefined;
}

/** RFC 9110, section 14.4: `bytes 100-199/200`. */
function rangeStart(headers: Headers): number | undefined {
  const start = /^bytes (\d+)-/.exec(headers.get("content-range") ?? "")?.[1];
  return start === undefined ? undefined : Number(start);
}

async function open(
  settings: TransferSettings,
  call: DownloadCall,
  range: ByteRange | undefined,
  etag: string | undefined,
): Promise<{ answer: HttpAnswer; parts: Parts }> {
  const wanted = { ...downloadTraits().headers };
  if (range !== undefined) wanted.range = `bytes=${range.first}-${range.last ?? ""}`;
  if (etag !== undefined) wanted["if-range"] = etag;
  const whole = { ...call, method: "GET", replayable: true, repeatable: true } as const;
  const { answer, parts } = await transfer(settings, whole, (attempt) => openOnce(attempt, wanted));
  if (parts === undefined) throw serverError(answer, call.operation);
  return { answer, parts };
}

async function openOnce(attempt: TransferAttempt, wanted: Readonly<Record<string, string>>): Promise<OpenAnswer> {
  const { fetch, method, url, signal, stallTimeout } = attempt;
  const deadline = new Deadline(stallTimeout, signal);
  try {
    const headers = { ...attempt.headers, ...wanted };
    const init: RequestInit = {
      ...downloadTraits().init,
      method,
      headers,
      redirect: "manual",
      signal: deadline.signal,
    };
    const response = checkResponse(await abortable(fetch(url, init), deadline.signal));
    if (!response.ok) return { answer: await readErrorAnswer(attempt, response, deadline), parts: undefined };
    deadline.pause();
    const facts = factsOf(attempt, response);
    const answer = { status: response.status, headers: response.headers, text: "", cutOff: false, facts };
    return { answer, parts: new ResponseParts(attempt, response, deadline) };
  } catch (error) {
    deadline.clear();
    throw failureOf(error, attempt, deadline);
  }
}

async function readErrorAnswer(attempt: TransferAttempt, response: Response, deadline: Deadline): Promise<HttpAnswer> {
  const answer = await abortable(readAnswer(attempt, response, deadline.signal), deadline.signal);
  deadline.clear();
  return answer;
}

function failureOf(error: unknown, attempt: TransferAttempt, deadline: Deadline): unknown {
  if (attempt.signal?.aborted) return attempt.signal.reason;
  if (isStorageError(error)) return error;
  const stalled = deadline.expired ? `nothing came for ${attempt.stallTimeout} ms` : undefined;
  return networkError(attempt, stalled, error);
}

/** The time limit runs while bytes are waited for, and not while the caller is busy with those that came. */
class ResponseParts implements Parts {
  readonly announced: number | undefined;
  readonly #attempt: TransferAttempt;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  readonly #deadline: Deadline;

  constructor(attempt: TransferAttempt, response: Response, deadline: Deadline) {
    this.announced = announcedLength(response);
    this.#attempt = attempt;
    this.#reader = response.body?.getReader();
    this.#deadline = deadline;
    // Not every fetch ends the body with the signal. What is being read then ends as if it were whole.
    deadline.signal.addEventListener("abort", () => void this.#reader?.cancel().catch(() => undefined));
  }

  async read(): Promise<Uint8Array | undefined> {
    this.#deadline.extend();
    try {
      const part = await this.#reader?.read();
      if (this.#deadline.signal.aborted) throw this.#deadline.signal.reason;
      if (part !== undefined && !part.done) return part.value;
      this.#deadline.clear();
      return undefined;
    } catch (error) {
      throw failureOf(error, this.#attempt, this.#deadline);
    } finally {
      this.#deadline.pause();
    }
  }

  cancel(): void {
    this.#deadline.clear();
    // Some runtimes go on receiving what nobody reads.
    this.#deadline.abort(undefined);
  }
}
