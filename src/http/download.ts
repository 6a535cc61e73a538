import { downloadTraits } from "../adapters/transfers.ts";
import { abortable, delay, onAbort } from "../async/abort.ts";
import { StorageIntegrityError, StorageNetworkError, StorageServerError } from "../errors.ts";
import type { CallOptions } from "../request-options.ts";
import type { Attempt } from "./attempt.ts";
import { Deadline } from "./deadline.ts";
import {
  announcedLength,
  attemptError,
  checkResponse,
  factsOf,
  type HttpResponse,
  networkError,
  readResponse,
} from "./response.ts";
import { defaultMaxRetries, type RetryPolicy, retryDelay } from "./retry-policy.ts";

/** The bytes of a file from one position to another, both included, or to the end. */
export interface ByteRange {
  readonly first: number;
  readonly last?: number;
}

/** A response whose body has not been read. If the status is bad, its text has been read, and `body` is undefined. */
export interface OpenResponse {
  readonly response: HttpResponse;
  readonly body: ResponseBody | undefined;
}

/** An open response with a good status. */
export interface Opened {
  readonly response: HttpResponse;
  readonly body: ResponseBody;
}

/** Requests a part of a file, or all of it, with these headers. @throws StorageServerError for a bad status. */
export type OpenFile = (headers: Readonly<Record<string, string>>, request: CallOptions) => Promise<Opened>;

/** Sends a request for a file once, and reads no more than the headers of a good response. */
export async function openOnce(attempt: Attempt, wanted: Readonly<Record<string, string>>): Promise<OpenResponse> {
  const deadline = new Deadline(attempt.timeout, attempt.signal);
  const traits = downloadTraits();
  try {
    const { fetch, method, url } = attempt;
    const headers = { ...attempt.headers, ...traits.headers, ...wanted };
    const init: RequestInit = { ...traits.init, method, headers, redirect: "manual", signal: deadline.signal };
    const response = checkResponse(await abortable(fetch(url, init), deadline.signal));
    if (!response.ok) {
      const read = await abortable(readResponse(attempt, response, deadline.signal), deadline.signal);
      deadline.clear();
      return { response: read, body: undefined };
    }
    deadline.pause();
    const { status, headers: received } = response;
    const facts = factsOf(attempt, response);
    const opened = { status, headers: received, text: "", length: "unknown", facts } as const;
    return { response: opened, body: new ResponseBody(attempt, response, deadline) };
  } catch (error) {
    deadline.clear();
    throw attemptError(error, attempt, timedOut(attempt, deadline));
  }
}

function timedOut({ timeout }: Attempt, { expired }: Deadline): string | undefined {
  return expired ? `no bytes for ${timeout} ms` : undefined;
}

/** The body of a response. The time limit runs while it waits for bytes, and not while the caller works on them. */
class ResponseBody {
  /** Bytes; undefined if the response does not say, or counts compressed bytes. */
  readonly announced: number | undefined;
  readonly #attempt: Attempt;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  readonly #deadline: Deadline;

  constructor(attempt: Attempt, response: Response, deadline: Deadline) {
    this.announced = announcedLength(response);
    this.#attempt = attempt;
    this.#reader = response.body?.getReader();
    this.#deadline = deadline;
    // Not every `fetch` ends the body when its signal aborts.
    onAbort(deadline.signal, () => void this.#reader?.cancel().catch(() => undefined));
  }

  /** Reads the next bytes; undefined at the end. @throws StorageNetworkError if the connection breaks or times out. */
  async read(): Promise<Uint8Array | undefined> {
    this.#deadline.extend();
    try {
      const part = await this.#reader?.read();
      // A cancelled body ends as if it were whole.
      if (this.#deadline.signal.aborted) throw this.#deadline.signal.reason;
      if (part !== undefined && !part.done) return part.value;
      this.#deadline.clear();
      return undefined;
    } catch (error) {
      throw attemptError(error, this.#attempt, timedOut(this.#attempt, this.#deadline));
    } finally {
      this.#deadline.pause();
    }
  }

  cancel(): void {
    this.#deadline.clear();
    // Some runtimes go on receiving a body that is not read.
    this.#deadline.abort(undefined);
  }
}

/** A file that is being downloaded. When the connection breaks, it continues where it broke. */
export class Download {
  readonly headers: Headers;
  /** Bytes; undefined if the response does not say. */
  readonly announced: number | undefined;
  readonly #open: OpenFile;
  readonly #request: CallOptions;
  readonly #retry: RetryPolicy;
  readonly #range: ByteRange;
  readonly #controller = new AbortController();
  readonly #unlink: () => void;
  #body: ResponseBody;

  private constructor(
    open: OpenFile,
    { request, range, retry }: { request: CallOptions; range: ByteRange | undefined; retry: RetryPolicy },
    { response, body }: Opened,
  ) {
    const { signal } = request;
    this.#unlink = onAbort(signal, () => this.#controller.abort(signal.reason));
    this.#open = open;
    this.#request = { ...request, signal: this.#controller.signal };
    this.#retry = retry;
    this.headers = response.headers;
    this.announced = body.announced;
    // A PoP that does not know ranges sends the whole file.
    this.#range = response.status === 206 && range !== undefined ? range : { first: 0 };
    this.#body = body;
  }

  static async start(
    open: OpenFile,
    options: { request: CallOptions; range: ByteRange | undefined; retry: RetryPolicy },
  ): Promise<Download> {
    const { range, request } = options;
    return new Download(open, options, await open(range === undefined ? {} : rangeHeader(range), request));
  }

  /** Aborts on `cancel`, and with the signal of the call. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Yields the bytes, once.
   *
   * @param size The size of the file, if known. It reveals a file that was cut off if the platform does not report that.
   */
  async *chunks(size: number | undefined): AsyncGenerator<Uint8Array, void, undefined> {
    const length = this.announced ?? size;
    let received = 0;
    let skip = 0;
    let failures = 0;
    try {
      for (;;) {
        const part = await this.#body.read().catch(brokenBy);
        if (part !== undefined && !(part instanceof StorageNetworkError)) {
          const fresh = part.subarray(Math.min(skip, part.length));
          skip -= part.length - fresh.length;
          received += fresh.length;
          if (fresh.length === 0) continue;
          failures = 0;
          yield fresh;
          continue;
        }
        this.signal.throwIfAborted();
        const isWhole = length === undefined ? part === undefined : received >= length;
        if (isWhole) return;
        const error = part ?? networkError({ method: "GET", url: undefined }, "the file was cut off");
        failures += 1;
        const resumed = await this.#resume(received, failures, error);
        if (resumed === "at its end") return;
        skip = resumed;
      }
    } finally {
      this.#body.cancel();
    }
  }

  /** Releases the connection. Call it in the end, even after an error. */
  cancel(): void {
    this.#unlink();
    this.#controller.abort();
    this.#body.cancel();
  }

  /**
   * Continues after so many bytes. Returns the number of bytes to skip, if the PoP starts again; or `at its end` if there are no
   * more bytes: the hash then shows whether the file is complete.
   */
  async #resume(received: number, failures: number, error: StorageNetworkError): Promise<number | "at its end"> {
    const { maxRetries = defaultMaxRetries.network } = this.#request;
    // Ranges of a compressed response count compressed bytes.
    if (failures > maxRetries || this.headers.has("content-encoding")) throw error;
    this.#body.cancel();
    await delay(retryDelay(this.#retry, failures - 1, undefined), this.signal);
    const { first, last } = this.#range;
    const next = first + received;
    const etag = strongEtag(this.headers);
    const headers = rangeHeader(last === undefined ? { first: next } : { first: next, last });
    if (etag !== undefined) headers["if-range"] = etag;
    const resumed = await this.#open(headers, this.#request).catch(unlessBeyondEnd);
    if (resumed === undefined) return "at its end";
    const { response, body } = resumed;
    this.#body = body;
    this.signal.throwIfAborted();
    if (etag !== undefined && (strongEtag(response.headers) ?? etag) !== etag) throw replaced();
    if (response.status !== 206) return next;
    // A page may not see where the part begins; the hash is checked anyway.
    if ((rangeStart(response.headers) ?? next) === next) return 0;
    throw new StorageServerError("The PoP sent another part of the file than the requested one.", response.facts);
  }
}

function brokenBy(error: unknown): StorageNetworkError {
  if (error instanceof StorageNetworkError) return error;
  throw error;
}

/** RFC 9110, section 15.5.17. */
function unlessBeyondEnd(error: unknown): undefined {
  if (error instanceof StorageServerError && error.status === 416) return;
  throw error;
}

function rangeHeader({ first, last }: ByteRange): Record<string, string> {
  return { range: `bytes=${first}-${last ?? ""}` };
}

function replaced(): StorageIntegrityError {
  return new StorageIntegrityError("The file was replaced while it was being read. Read it again.");
}

/** Weak tags compare the meaning of files, not their bytes (RFC 9110, section 8.8.1). */
function strongEtag(headers: Headers): string | undefined {
  const etag = headers.get("etag");
  return etag?.startsWith('"') ? etag : undefined;
}

/** RFC 9110, section 14.4: `bytes 100-199/200`. */
function rangeStart(headers: Headers): number | undefined {
  const start = /^bytes (\d+)-/.exec(headers.get("content-range") ?? "")?.[1];
  return start === undefined ? undefined : Number(start);
}
