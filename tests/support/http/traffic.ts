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
 * A `fetch` that records every request and sends it to the given server instead of its own host, so that the tests'
 * servers stand in for the service's hosts.
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
