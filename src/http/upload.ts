import { hasXmlHttpRequest, redirectOfUploads, sendsStreams } from "../adapters/transfers.ts";
import { isStorageError } from "../errors.ts";
import { cutOff, isCutOff, readJson } from "./answers.ts";
import { abortable } from "./retry.ts";
import type { TransferAttempt } from "./transfer.ts";
import {
  checkResponse,
  Deadline,
  type HttpAnswer,
  isSuccess,
  networkError,
  platformFetch,
  readAnswer,
  redirected,
} from "./transport.ts";
import { timeInBuffers, timeUnwatched } from "./upload-patience.ts";
import { sendByXmlHttpRequest } from "./xml-http-request.ts";

/** The body of an upload, which can be had as a stream or as a Blob. */
export interface UploadBody {
  readonly contentType: string;
  /** Bytes; undefined where they are not known before they have been sent. */
  readonly length: number | undefined;
  /** The bytes from the first on. They end with an error soon after the signal is aborted, and never as if they were whole. */
  stream(signal: AbortSignal): AsyncIterable<Uint8Array>;
  blob(signal: AbortSignal): Promise<Blob>;
  /** Told how many bytes of the body have gone out. */
  onSent(bytes: number): void;
}

/**
 * Sends a body once, and reads the answer whatever its status. It takes as long as it takes: what ends it is that nothing
 * moves for the length of the timeout, and for as long beyond it as bytes that were taken may be in buffers. Time that the
 * caller's own stream takes to give its bytes does not count.
 *
 * @throws StorageNetworkError where no whole answer came; what the body itself failed with.
 */
export async function upload(attempt: TransferAttempt, body: UploadBody): Promise<{ readonly answer: HttpAnswer }> {
  const deadline = new Deadline(attempt.stallTimeout, attempt.signal);
  const failure: BodyFailure = { error: undefined };
  let accepted = false;
  try {
    const answer = await abortable(send(attempt, body, deadline, failure), deadline.signal);
    if (isCutOff(answer, readJson(answer))) throw cutOff(answer);
    accepted = isSuccess(answer.status);
    return { answer };
  } catch (error) {
    if (attempt.signal?.aborted) throw attempt.signal.reason;
    if (failure.error !== undefined) throw failure.error;
    if (isStorageError(error)) throw error;
    if (isRefusedRedirect(error)) throw redirected(attempt);
    const stalled = deadline.expired ? `nothing was seen to move for ${deadline.limit} ms` : undefined;
    throw networkError(attempt, stalled, error);
  } finally {
    deadline.clear();
    // What still reads the caller's input for an attempt that came to nothing lets go of it.
    if (!accepted) deadline.abort(undefined);
  }
}

/** What went wrong on the caller's side of the body: `fetch` tells of it as of a network error. */
interface BodyFailure {
  error: unknown;
}

function send(
  attempt: TransferAttempt,
  body: UploadBody,
  deadline: Deadline,
  failure: BodyFailure,
): Promise<HttpAnswer> {
  if (sendsStreams()) return sendStream(attempt, body, deadline, failure);
  return sendBlob(attempt, body, deadline, failure);
}

async function sendStream(
  attempt: TransferAttempt,
  body: UploadBody,
  deadline: Deadline,
  failure: BodyFailure,
): Promise<HttpAnswer> {
  const { fetch, method, url } = attempt;
  const headers: Record<string, string> = { ...attempt.headers, "content-type": body.contentType };
  if (body.length !== undefined) headers["content-length"] = String(body.length);
  const init: RequestInit & { duplex: "half" } = {
    method,
    headers,
    body: requestStream(body, deadline, failure),
    duplex: "half",
    redirect: redirectOfUploads(),
    signal: deadline.signal,
  };
  return readAnswer(attempt, checkResponse(await fetch(url, init)), deadline.signal);
}

function requestStream(body: UploadBody, deadline: Deadline, failure: BodyFailure): ReadableStream<Uint8Array> {
  const chunks = body.stream(deadline.signal)[Symbol.asyncIterator]();
  let sent = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        // That it pulls says that what it had has gone out.
        body.onSent(sent);
        deadline.pause();
        try {
          const part = await chunks.next();
          if (part.done) return controller.close();
          sent += part.value.length;
          controller.enqueue(part.value);
        } catch (error) {
          if (!deadline.signal.aborted) failure.error = error;
          deadline.abort(error);
          throw error;
        } finally {
          if (!deadline.signal.aborted) deadline.extend(timeInBuffers(sent));
        }
      },
      async cancel() {
        await chunks.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

async function sendBlob(
  attempt: TransferAttempt,
  body: UploadBody,
  deadline: Deadline,
  failure: BodyFailure,
): Promise<HttpAnswer> {
  const { fetch, method, url } = attempt;
  deadline.pause();
  const blob = await body.blob(deadline.signal).catch((error: unknown) => {
    if (!deadline.signal.aborted) failure.error = error;
    throw error;
  });
  deadline.signal.throwIfAborted();
  const headers = { ...attempt.headers, "content-type": body.contentType };
  deadline.extend();
  // Only this tells whether an upload moves; a `fetch` that the caller gave is the one way that requests may go.
  if (fetch === platformFetch && hasXmlHttpRequest()) {
    return sendByXmlHttpRequest({ method, url, headers }, { blob, deadline, onSent: (bytes) => body.onSent(bytes) });
  }
  deadline.extend(timeUnwatched(blob.size));
  const response = await fetch(url, { method, headers, body: blob, redirect: "manual", signal: deadline.signal });
  deadline.extend();
  return readAnswer(attempt, checkResponse(response), deadline.signal);
}

/** `redirect: "error"` shows as a network error, in the words of each runtime. */
function isRefusedRedirect(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (/redirect/i.test(at.message) || /redirect/i.test(String(Reflect.get(at, "code")))) return true;
  }
  return false;
}
