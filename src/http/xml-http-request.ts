import { onAbort } from "../async/abort.ts";
import { StorageServerError } from "../errors.ts";
import type { Attempt } from "./attempt.ts";
import type { Deadline } from "./deadline.ts";
import { factsOf, type HttpResponse, hostOf, isSuccess, networkError, tooLong } from "./response.ts";
import { responseLimits } from "./response-limits.ts";

type Request = Pick<Attempt, "method" | "url" | "headers">;

interface Sending {
  readonly blob: Blob;
  /** Extended whenever there is progress. */
  readonly deadline: Deadline;
  /** Called with the number of bytes that were sent. */
  readonly onProgress: (sent: number) => void;
}

/** Sends a Blob in a browser, where only XMLHttpRequest reports the progress of an upload. */
export function sendByXmlHttpRequest(request: Request, { blob, deadline, onProgress }: Sending): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open(request.method, request.url);
    for (const [name, value] of Object.entries(request.headers)) xhr.setRequestHeader(name, value);
    xhr.responseType = "text";
    const remove = onAbort(deadline.signal, () => xhr.abort());
    xhr.upload.addEventListener("progress", ({ loaded }) => onProgress(loaded));
    xhr.addEventListener("progress", ({ loaded }) => {
      deadline.extend();
      const limit = isSuccess(xhr.status) ? responseLimits.small : responseLimits.error;
      if (loaded <= limit) return;
      const { facts, ...response } = withText(request, xhr, "");
      // The status makes it an error. A proxy may send a long page with it, which is not needed.
      if (isSuccess(xhr.status)) reject(tooLong(facts, limit));
      else resolve({ ...response, facts });
      xhr.abort();
    });
    xhr.addEventListener("error", () => reject(networkError(request, undefined)));
    xhr.addEventListener("abort", () => reject(networkError(request, "the request was aborted")));
    xhr.addEventListener("load", () => {
      const isRedirected = withoutFragment(xhr.responseURL) !== withoutFragment(request.url);
      if (isRedirected) reject(followed(request));
      else resolve(withText(request, xhr, xhr.responseText));
    });
    xhr.addEventListener("loadend", remove);
    xhr.send(blob);
  });
}

function withText(request: Request, xhr: XMLHttpRequest, text: string): HttpResponse {
  const headers = new Headers();
  for (const line of xhr.getAllResponseHeaders().split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  const { status } = xhr;
  return { status, headers, text, length: "unknown", facts: factsOf(request, { headers, status }) };
}

/** A browser follows redirects without asking, and reports them afterwards. */
function followed({ method, url }: Request): StorageServerError {
  return new StorageServerError(
    `${method} ${hostOf(url)}: the browser followed a redirect of the server, which may have received the file. Check the endpoint.`,
    { method, url },
  );
}

function withoutFragment(url: string): string {
  return new URL(url).href.replace(/#.*$/, "");
}
