import ky from "ky";
import { abortable } from "../async/abort.ts";
import type { Attempt } from "./attempt.ts";
import { Deadline } from "./deadline.ts";
import { type JsonResponse, readJson } from "./json-response.ts";
import { attemptError, checkResponse, readResponse } from "./response.ts";

/** The body of a request, and the limit on the body of its response. */
export interface JsonExchange {
  /** Text: JSON unless the headers name another type. */
  readonly body?: string | undefined;
  /** True if the body may hold readable texts in base64, as with `encrypt: false` (see `isRequestId`). */
  readonly readable?: boolean;
  /** The longest body of a response, in bytes. @default 65_536 */
  readonly maxBytes?: number | undefined;
}

/**
 * Sends a request once, and reads a response of any status. Redirects are not followed: a record must not go to a host that the
 * caller did not choose.
 *
 * @throws StorageNetworkError if there is no complete response; the reason of the signal.
 */
export async function sendJsonOnce(attempt: Attempt, exchange: JsonExchange): Promise<JsonResponse> {
  const deadline = new Deadline(attempt.timeout, attempt.signal);
  try {
    return readJson(await abortable(fetchOnce(attempt, exchange, deadline.signal), deadline.signal));
  } catch (error) {
    throw attemptError(error, attempt, deadline.expired ? `no response within ${attempt.timeout} ms` : undefined);
  } finally {
    deadline.clear();
  }
}

async function fetchOnce(
  { method, url, headers, fetch }: Attempt,
  { body, readable, maxBytes }: JsonExchange,
  signal: AbortSignal,
) {
  // ky's own retries, timeout and errors are off: it recognises network errors by their text, and sets no limit to reading a body.
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
  return readResponse({ method, url, headers, body, readable }, checkResponse(response), signal, maxBytes);
}
