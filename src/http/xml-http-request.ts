import { StorageServerError } from "../errors.ts";
import { responseLimits } from "./response-limits.ts";
import {
  type Deadline,
  factsOf,
  type HttpAnswer,
  type HttpRequest,
  hostOf,
  isSuccess,
  networkError,
  tooLong,
} from "./transport.ts";
import { timeInBuffers } from "./upload-patience.ts";

interface Sending {
  readonly blob: Blob;
  /** Extended whenever something moves. */
  readonly deadline: Deadline;
  readonly onSent: (bytes: number) => void;
}

/** Sends a Blob in a browser: the one way there to know how far an upload has come, and whether it moves. */
export function sendByXmlHttpRequest(
  request: Pick<HttpRequest, "method" | "url" | "headers">,
  { blob, deadline, onSent }: Sending,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open(request.method, request.url);
    for (const [name, value] of Object.entries(request.headers)) xhr.setRequestHeader(name, value);
    xhr.responseType = "text";
    const abort = (): void => xhr.abort();
    deadline.signal.addEventListener("abort", abort, { once: true });
    xhr.upload.addEventListener("progress", ({ loaded }) => {
      deadline.extend(timeInBuffers(loaded));
      onSent(loaded);
    });
    xhr.addEventListener("progress", ({ loaded }) => {
      deadline.extend();
      const limit = isSuccess(xhr.status) ? responseLimits.small : responseLimits.error;
      if (loaded <= limit) return;
      const facts = factsOf(request, { headers: headersOf(xhr), status: xhr.status });
      // An error is one by its status, however much a proxy has to say about it.
      if (isSuccess(xhr.status)) reject(tooLong(facts, limit));
      else resolve({ status: xhr.status, headers: headersOf(xhr), text: "", cutOff: false, facts });
      xhr.abort();
    });
    xhr.addEventListener("error", () => reject(networkError(request, undefined, undefined)));
    xhr.addEventListener("abort", () => reject(networkError(request, "the request was ended", undefined)));
    xhr.addEventListener("load", () => {
      try {
        resolve(answerOf(request, xhr));
      } catch (error) {
        reject(error);
      }
    });
    xhr.addEventListener("loadend", () => deadline.signal.removeEventListener("abort", abort));
    xhr.send(blob);
  });
}

function answerOf(request: Pick<HttpRequest, "method" | "url">, xhr: XMLHttpRequest): HttpAnswer {
  const headers = headersOf(xhr);
  const facts = factsOf(request, { headers, status: xhr.status });
  if (withoutFragment(xhr.responseURL) !== withoutFragment(request.url)) throw followed(request);
  return { status: xhr.status, headers, text: xhr.responseText, cutOff: false, facts };
}

/** It cannot be kept from following redirects, and tells of them afterwards. */
function followed({ method, url }: Pick<HttpRequest, "method" | "url">): StorageServerError {
  return new StorageServerError(
    `${method} ${hostOf(url)}: the server answered with a redirect, which the browser followed, and the file may have gone where it leads: check the endpoint.`,
    { method, url },
  );
}

function headersOf(xhr: XMLHttpRequest): Headers {
  const headers = new Headers();
  for (const line of xhr.getAllResponseHeaders().split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return headers;
}

function withoutFragment(url: string): string {
  return new URL(url).href.replace(/#.*$/, "");
}
