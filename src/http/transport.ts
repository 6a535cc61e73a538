import ky from "ky";
import { whenAborted } from "../async/abort.ts";
import { fromBase64, fromUtf8 } from "../encoding.ts";
import {
  isStorageError,
  type ServerErrorFacts,
  StorageConfigError,
  StorageNetworkError,
  StorageServerError,
} from "../errors.ts";
import { isGeneratedId } from "./generated-id.ts";
import { responseLimits } from "./response-limits.ts";
import { abortable } from "./retry.ts";

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** @default responseLimits.small Bytes of the longest response that makes sense. */
  readonly maxAnswerBytes?: number | undefined;
}

/** What was sent, as far as an error may need it. */
export type SentRequest = Pick<HttpRequest, "method" | "url" | "body" | "maxAnswerBytes"> &
  Partial<Pick<HttpRequest, "headers">>;

/** An answer that was read to its end. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Where it is not UTF-8, with U+FFFD in it. */
  readonly text: string;
  readonly notUtf8?: boolean;
  /** Fewer bytes came than were announced. */
  readonly cutOff: boolean;
  readonly facts: ServerErrorFacts;
}

export interface AttemptOptions {
  readonly fetch: typeof fetch;
  /** Milliseconds for the whole attempt: sending, the headers, and the body. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Sends a request once, and reads the answer whatever its status. Redirects are not followed: a record must not go to a host
 * that nobody chose.
 *
 * @throws StorageNetworkError where no whole answer came; the caller's own reason where its signal was aborted.
 */
export async function attempt(request: HttpRequest, { fetch, timeout, signal }: AttemptOptions): Promise<HttpAnswer> {
  const deadline = new Deadline(timeout, signal);
  try {
    const exchange = exchangeOnce(request, fetch, deadline.signal);
    return await abortable(exchange, deadline.signal);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (isStorageError(error)) throw error;
    throw networkError(request, deadline.expired ? `no answer within ${timeout} ms` : undefined, error);
  } finally {
    deadline.clear();
  }
}

async function exchangeOnce(
  request: HttpRequest,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const { method, url, headers, body } = request;
  // ky's own retries, timeout and errors stay off: it knows network errors by their text, and no deadline for bodies.
  const response = await ky(url, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
    fetch,
    signal,
    retry: 0,
    timeout: false,
    throwHttpErrors: false,
    redirect: "manual",
  });
  return readAnswer(request, checkResponse(response), signal);
}

/** What a `fetch` gave, which may be the caller's own. @throws StorageConfigError where it is no Response. */
export function checkResponse(response: Response): Response {
  // By its members: a Response of a library, of another realm or of an old compatibility date of workerd works as well.
  const given: Partial<Response> | null | undefined = response;
  const { status, headers, text } = given ?? {};
  if (typeof status === "number" && typeof headers?.get === "function" && typeof text === "function") {
    // `Response.error()`: a network error that was resolved instead of thrown.
    if (response.type === "error") throw new TypeError("The fetch of the options gave Response.error().");
    return response;
  }
  throw new StorageConfigError("The fetch of the options must give a Response.");
}

/**
 * Reads an answer to its end, whatever its status, or until the signal is aborted. @throws StorageServerError for a redirect.
 */
export async function readAnswer(request: SentRequest, response: Response, signal: AbortSignal): Promise<HttpAnswer> {
  const facts = factsOf(request, response);
  if (response.type === "opaqueredirect" || (response.status >= 300 && response.status < 400)) throw redirected(facts);
  const reader = response.body?.getReader();
  // The abort of a fetch lets go of the connection, but not always in WebKit once the headers are there.
  const forget = whenAborted(signal, () => cancelQuietly(reader));
  const { status, headers, type } = response;
  const limit = isSuccess(status) ? (request.maxAnswerBytes ?? responseLimits.small) : responseLimits.error;
  const bytes = await readAll(reader, limit).finally(forget);
  if (bytes === undefined) {
    // An error is one by its status, however much a proxy has to say about it.
    if (!isSuccess(status)) return { status, headers, text: "", cutOff: false, facts };
    throw tooLong(facts, limit);
  }
  // What comes packed is counted in other bytes than those that it unpacks to; a page may not see that it came packed.
  const isLengthOfPacked = type === "cors" || headers.has("content-encoding");
  const announced = isLengthOfPacked ? 0 : Number(headers.get("content-length") ?? 0);
  return { status, headers, ...textOf(bytes), cutOff: bytes.length < announced, facts };
}

function textOf(bytes: Uint8Array): Pick<HttpAnswer, "text" | "notUtf8"> {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { text: new TextDecoder().decode(bytes), notUtf8: true };
  }
}

/** The platform's own `fetch`, as it is when it is called: a browser's refuses to be called as a method. */
export const platformFetch: typeof fetch = (input, init) => globalThis.fetch(input, init);

export function factsOf(request: SentRequest, response: Pick<Response, "headers" | "status">): ServerErrorFacts {
  const { method, url } = request;
  const requestId = response.headers.get(requestIdHeader) ?? undefined;
  return {
    method,
    url,
    status: response.status === 0 ? undefined : response.status,
    requestId: requestId !== undefined && isRequestId(requestId, request) ? requestId : undefined,
  };
}

const requestIdHeader = "x-request-id";

/**
 * An id goes into logs and errors, so that it must look like one, and must not be a part of what was sent: a token, say. The one
 * that the caller gave comes back.
 */
function isRequestId(text: string, { headers = {}, url, body = "" }: SentRequest): boolean {
  const sent = Object.entries(headers);
  if (sent.some(([name, value]) => name.toLowerCase() === requestIdHeader && value === text)) return true;
  if (!isGeneratedId(text) || body.includes(beginningOfReadable)) return false;
  const digits = withoutHyphens(text);
  const short = [url, ...sent.map(([, value]) => decodedCredentials(value))];
  if (short.some((value) => withoutHyphens(value).includes(digits))) return false;
  // A body may be long: it is not copied. The first group of a UUID is the same with hyphens and without.
  const group = digits.slice(0, 8);
  const forms = [text, text.toLowerCase(), text.toUpperCase(), group, group.toUpperCase()];
  return !forms.some((form) => body.includes(form));
}

function withoutHyphens(text: string): string {
  return text.toLowerCase().replaceAll("-", "");
}

/** A body that is only encoded (protocol.md, section 4) may hold the id in a form that is not looked for. */
const beginningOfReadable = '"pt:';
const basicScheme = "Basic ";

function decodedCredentials(header: string): string {
  return header.startsWith(basicScheme) ? fromUtf8(fromBase64(header.slice(basicScheme.length))) : header;
}

export function redirected(
  facts: Pick<ServerErrorFacts, "method" | "url" | "status" | "requestId">,
): StorageServerError {
  return new StorageServerError(
    `${facts.method} ${hostOf(facts.url)}: the server answered with a redirect, which is not followed: check the endpoint.`,
    facts,
  );
}

type BodyReader = ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;

function cancelQuietly(reader: BodyReader | undefined): void {
  reader?.cancel().catch(() => undefined);
}

/** All bytes, or undefined if there are more of them than the limit: then no more are read. */
async function readAll(reader: BodyReader | undefined, limit: number): Promise<Uint8Array | undefined> {
  if (reader === undefined) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    chunks.push(part.value);
    size += part.value.length;
    if (size <= limit) continue;
    cancelQuietly(reader);
    return undefined;
  }
  return joined(chunks, size);
}

/** The error for a successful response that is longer than it can have reason to be. */
export function tooLong(facts: ServerErrorFacts, limit: number): StorageServerError {
  return new StorageServerError(
    `${facts.method} ${hostOf(facts.url)}: the response is longer than ${limit} bytes, the most that is read: check the endpoint.`,
    facts,
  );
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = chunks;
  if (only !== undefined && chunks.length === 1) return only;
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/** RFC 9110, section 15.3. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status <= 299;
}

export function hostOf(url: string | undefined): string {
  return url !== undefined && URL.canParse(url) ? new URL(url).host : "the server";
}

/** Names of causes (`ECONNREFUSED`) say more than "fetch failed" does. */
export function networkError(
  { method, url }: Pick<ServerErrorFacts, "method" | "url">,
  reason: string | undefined,
  cause: unknown,
): StorageNetworkError {
  const detail = reason ?? systemCode(cause) ?? "the connection failed";
  return new StorageNetworkError(`${method} ${hostOf(url)}: ${detail}.`, { method, url, cause });
}

function systemCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    const code: unknown = Reflect.get(at, "code");
    if (typeof code === "string" && /^[A-Z][A-Z_]+$/.test(code)) return `the connection failed (${code})`;
  }
  return undefined;
}

/** Aborts an attempt when its time is up or the caller's signal is aborted. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #milliseconds: number;
  #forget = (): void => undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  expired = false;
  /** Milliseconds that it gave when it was last extended. */
  limit = 0;

  constructor(milliseconds: number, callerSignal: AbortSignal | undefined) {
    this.#milliseconds = milliseconds;
    if (callerSignal !== undefined) this.#forget = whenAborted(callerSignal, () => this.abort(callerSignal.reason));
    this.extend();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Starts the time anew, and longer by so many milliseconds: for a transfer that is slow and moves. */
  extend(longer = 0): void {
    clearTimeout(this.#timer);
    this.limit = Math.round(this.#milliseconds + longer);
    this.#timer = setTimeout(() => {
      this.expired = true;
      this.#controller.abort(new DOMException("The attempt took too long.", "TimeoutError"));
    }, this.limit);
  }

  /** Stops the time until it is extended: for while the caller's side is what the transfer waits for. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#forget();
  }
}
