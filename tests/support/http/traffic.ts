/** A request to a real server, as seen by the `fetch` option. */
export interface Passed {
  readonly method: string;
  /** The URL of the client. */
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
 * A `fetch` that sends every request to the given server, and records it, and ignores the host of its URL: it replaces DNS, so that
 * the service's hosts resolve to the tests' servers.
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
