import { onAbort } from "../async/abort.ts";
import { together } from "../encoding.ts";
import {
  isStorageError,
  type ServerErrorFacts,
  StorageConfigError,
  StorageNetworkError,
  StorageServerError,
} from "../errors.ts";
import { isRequestId, requestIdHeader, type SentRequest } from "./request-id.ts";
import { responseLimits } from "./response-limits.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A response that was read to its end. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Holds U+FFFD if the body is not UTF-8. */
  readonly text: string;
  readonly notUtf8?: boolean;
  /** How the body compares with `content-length`; `unknown` if there is none, or it counts compressed bytes. */
  readonly length: "exact" | "short" | "unknown";
  readonly facts: ServerErrorFacts;
}

/** Checks what `fetch` returned, which may be the caller's own. @throws StorageConfigError */
export function checkResponse(response: Response): Response {
  // Checks members, not the class: the Response may be of a library, another realm, or a runtime without `Symbol.toStringTag`.
  if (typeof response?.status !== "number" || typeof response.headers?.get !== "function") {
    throw new StorageConfigError("The `fetch` option must return a Response.");
  }
  // `Response.error()` is a network error that was resolved instead of thrown.
  if (response.type === "error") throw new TypeError("The `fetch` option returned Response.error().");
  return response;
}

/**
 * Reads a response of any status to its end, or until the signal aborts.
 *
 * @param maxBytes The longest body of a successful response.
 * @throws StorageServerError for a redirect, or a body that is too long.
 */
export async function readResponse(
  request: SentRequest,
  response: Response,
  signal: AbortSignal,
  maxBytes: number = responseLimits.small,
): Promise<HttpResponse> {
  const facts = factsOf(request, response);
  if (response.type === "opaqueredirect" || (response.status >= 300 && response.status < 400)) throw redirected(facts);
  const { status, headers } = response;
  const limit = isSuccess(status) ? maxBytes : responseLimits.error;
  const reader = response.body?.getReader();
  // WebKit keeps the connection when a fetch is aborted after the headers came.
  const remove = onAbort(signal, () => cancelQuietly(reader));
  const bytes = await readAll(reader, limit).finally(remove);
  const announced = announcedLength(response);
  const length = announced === undefined ? "unknown" : (bytes?.length ?? 0) < announced ? "short" : "exact";
  if (bytes !== undefined) return { status, headers, ...decode(bytes), length, facts };
  if (isSuccess(status)) throw tooLong(facts, limit);
  // The status makes it an error. A proxy may send a long page with it, which is not needed.
  return { status, headers, text: "", length: "exact", facts };
}

/** The bytes of the body; undefined if the response does not say, or counts compressed bytes. */
export function announcedLength({ type, headers }: Pick<Response, "type" | "headers">): number | undefined {
  const length = headers.get("content-length");
  // A page cannot see whether a response of another origin came compressed.
  return length === null || type === "cors" || headers.has("content-encoding") ? undefined : Number(length);
}

function decode(bytes: Uint8Array): Pick<HttpResponse, "text" | "notUtf8"> {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { text: new TextDecoder().decode(bytes), notUtf8: true };
  }
}

/** Collects what an error may say about a request and its response. */
export function factsOf(request: SentRequest, response: Pick<Response, "headers" | "status">): ServerErrorFacts {
  const { method, url } = request;
  const requestId = response.headers.get(requestIdHeader);
  return {
    method,
    url,
    status: response.status === 0 ? undefined : response.status,
    requestId: requestId !== null && isRequestId(requestId, request) ? requestId : undefined,
  };
}

export function redirected(facts: ServerErrorFacts): StorageServerError {
  return new StorageServerError(
    `${facts.method} ${hostOf(facts.url)}: the server responded with a redirect, which is not followed. Check the endpoint.`,
    facts,
  );
}

export function tooLong(facts: ServerErrorFacts, limit: number): StorageServerError {
  return new StorageServerError(
    `${facts.method} ${hostOf(facts.url)}: the response is longer than the limit of ${limit} bytes. Check the endpoint.`,
    facts,
  );
}

type BodyReader = ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;

function cancelQuietly(reader: BodyReader | undefined): void {
  reader?.cancel().catch(() => undefined);
}

/** Reads a body; undefined if it is longer than the limit. */
async function readAll(reader: BodyReader | undefined, limit: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
    chunks.push(part.value);
    size += part.value.length;
    if (size <= limit) continue;
    cancelQuietly(reader);
    return undefined;
  }
  return together(chunks);
}

/** RFC 9110, section 15.3. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status <= 299;
}

export function hostOf(url: string | undefined): string {
  return url !== undefined && URL.canParse(url) ? new URL(url).host : "the server";
}

/**
 * Chooses what a failed attempt throws: the reason of the caller's signal, an error of this package as it is, or a network error.
 *
 * @param timedOut The text of the message if the time limit ended the attempt; otherwise undefined.
 */
export function attemptError(
  error: unknown,
  attempt: { readonly method: string; readonly url: string; readonly signal: AbortSignal },
  timedOut: string | undefined,
): unknown {
  if (attempt.signal.aborted) return attempt.signal.reason;
  return isStorageError(error) ? error : networkError(attempt, timedOut, error);
}

/** Makes a network error of what `fetch` threw. Codes of causes (`ECONNREFUSED`) say more than "fetch failed". */
export function networkError(
  { method, url }: Pick<ServerErrorFacts, "method" | "url">,
  reason: string | undefined,
  cause?: unknown,
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
