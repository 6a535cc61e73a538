/** A request on its way to a real server, as the `fetch` of the options sees it. */
export interface Passed {
  readonly method: string;
  /** As the client wrote it. */
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
  readonly signal: AbortSignal;
}

export interface Traffic {
  readonly fetch: typeof fetch;
  readonly passed: Passed[];
}

/**
 * A `fetch` that sends everything to the given server, whatever host it is for, and keeps a note of it: it stands in for the
 * DNS, so that the real hosts of the service lead to servers of ours.
 */
export function divert(serverOf: (url: URL) => string): Traffic {
  const passed: Passed[] = [];
  return {
    passed,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const { method, headers, signal } = request;
      const body = await request.clone().text();
      passed.push({ method, url: request.url, headers, body, signal });
      const { pathname, search } = new URL(request.url);
      const target = `${serverOf(new URL(request.url))}${pathname}${search}`;
      return globalThis.fetch(target, {
        method,
        headers,
        signal,
        redirect: "manual",
        ...(body === "" ? {} : { body }),
      });
    },
  };
}
