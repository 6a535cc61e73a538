import { hasXmlHttpRequest, redirectOfUploads, sendsStreams } from "../adapters/transfers.ts";
import { abortable } from "../async/abort.ts";
import { isStorageError } from "../errors.ts";
import { pulledStream } from "../pulled-stream.ts";
import type { Attempt } from "./attempt.ts";
import { Deadline } from "./deadline.ts";
import { platformFetch } from "./fetch.ts";
import { type JsonResponse, readJson } from "./json-response.ts";
import { attemptError, checkResponse, type HttpResponse, isSuccess, readResponse, redirected } from "./response.ts";
import { sendByXmlHttpRequest } from "./xml-http-request.ts";

/** The body of an upload, as a stream or as a Blob. */
export interface UploadBody {
  readonly contentType: string;
  /** Bytes; undefined if the length is known only after sending. */
  readonly length: number | undefined;
  /** Returns the bytes from the start. They end with an error when the signal aborts. */
  stream(signal: AbortSignal): AsyncIterable<Uint8Array>;
  blob(signal: AbortSignal): Promise<Blob>;
  /** Called with the number of bytes of the body that were sent. */
  onSent(bytes: number): void;
}

/** Bytes that buffers between here and the PoP may hold; Linux gives a socket up to 6 MiB. */
const maxBuffered = 8 * 1024 * 1024;
/** Bytes per second of the slowest link that an upload is given time for. */
const slowestRate = 64 * 1024;

/** Returns the milliseconds that bytes take on the slowest link, during which no progress may show. */
function timeToSend(bytes: number): number {
  return (bytes / slowestRate) * 1000;
}

/** Returns the milliseconds that bytes may spend in buffers after the platform took them. */
function timeInBuffers(bytes: number): number {
  return timeToSend(Math.min(bytes, maxBuffered));
}

/**
 * Sends a body once, and reads a response of any status. The timeout of the attempt limits how long the upload may stand still,
 * not how long it takes. Time that the caller's own stream takes to give its bytes does not count.
 *
 * @throws StorageNetworkError if there is no complete response; the error of the body.
 */
export async function upload(attempt: Attempt, body: UploadBody): Promise<JsonResponse> {
  const deadline = new Deadline(attempt.timeout, attempt.signal);
  const sending: Sending = { attempt, body, deadline, failure: undefined };
  let accepted = false;
  try {
    const send = sendsStreams() ? sendStream : sendBlob;
    const received = readJson(await abortable(send(sending), deadline.signal));
    accepted = isSuccess(received.response.status);
    return received;
  } catch (error) {
    if (!attempt.signal.aborted && sending.failure !== undefined) throw sending.failure;
    if (!isStorageError(error) && isRefusedRedirect(error)) throw redirected(attempt);
    throw attemptError(error, attempt, deadline.expired ? `no progress for ${deadline.limit} ms` : undefined);
  } finally {
    deadline.clear();
    // Releases the caller's input if the PoP did not take it.
    if (!accepted) deadline.abort(undefined);
  }
}

interface Sending {
  readonly attempt: Attempt;
  readonly body: UploadBody;
  readonly deadline: Deadline;
  /** The error of the body itself, which `fetch` reports as a network error. */
  failure: unknown;
}

async function sendStream(sending: Sending): Promise<HttpResponse> {
  const { attempt, body, deadline } = sending;
  const { fetch, method, url } = attempt;
  const headers: Record<string, string> = { ...attempt.headers, "content-type": body.contentType };
  if (body.length !== undefined) headers["content-length"] = String(body.length);
  const init: RequestInit & { duplex: "half" } = {
    method,
    headers,
    body: requestStream(sending),
    duplex: "half",
    redirect: redirectOfUploads(),
    signal: deadline.signal,
  };
  return readResponse(attempt, checkResponse(await fetch(url, init)), deadline.signal);
}

function requestStream(sending: Sending): ReadableStream<Uint8Array> {
  const { body, deadline } = sending;
  const chunks = body.stream(deadline.signal)[Symbol.asyncIterator]();
  let sent = 0;
  const next = async (): Promise<IteratorResult<Uint8Array, unknown>> => {
    // The platform asks for more once it has sent what it had.
    body.onSent(sent);
    deadline.pause();
    try {
      const part = await chunks.next();
      if (!part.done) sent += part.value.length;
      return part;
    } catch (error) {
      if (!deadline.signal.aborted) sending.failure = error;
      deadline.abort(error);
      throw error;
    } finally {
      if (!deadline.signal.aborted) deadline.extend(timeInBuffers(sent));
    }
  };
  return pulledStream({ next, return: () => chunks.return?.() });
}

async function sendBlob(sending: Sending): Promise<HttpResponse> {
  const { attempt, body, deadline } = sending;
  const { fetch, method, url } = attempt;
  deadline.pause();
  const blob = await body.blob(deadline.signal).catch((error: unknown) => {
    if (!deadline.signal.aborted) sending.failure = error;
    throw error;
  });
  deadline.signal.throwIfAborted();
  const headers = { ...attempt.headers, "content-type": body.contentType };
  deadline.extend();
  // Only XMLHttpRequest reports the progress of an upload. A `fetch` option is never bypassed.
  if (fetch === platformFetch && hasXmlHttpRequest()) {
    const onProgress = (sent: number): void => {
      deadline.extend(timeInBuffers(sent));
      body.onSent(sent);
    };
    return sendByXmlHttpRequest({ method, url, headers }, { blob, deadline, onProgress });
  }
  deadline.extend(timeToSend(blob.size));
  const response = await fetch(url, { method, headers, body: blob, redirect: "manual", signal: deadline.signal });
  deadline.extend();
  return readResponse(attempt, checkResponse(response), deadline.signal);
}

/** `redirect: "error"` fails as a network error, with a text that differs by runtime. */
function isRefusedRedirect(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (/redirect/i.test(at.message) || /redirect/i.test(String(Reflect.get(at, "code")))) return true;
  }
  return false;
}
