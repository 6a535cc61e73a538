/** A request as it was sent, and its response. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  /** The body of the request, if it is text. */
  readonly body?: string;
  readonly status?: number;
  readonly responseBody?: string;
  readonly milliseconds?: number;
}

/** Assigns a request to an operation. The recorder removes it before the request is sent. */
const operationHeader = "x-playground-operation";

/** A `fetch` that records requests by operation, since operations may overlap. */
export class Recorder {
  readonly #operations = new Map<string, Exchange[]>();
  #lastOperation = 0;

  /** Runs `work` and records its requests: those sent with the headers passed to `work`. */
  async during<Result>(
    work: (headers: Record<string, string>) => Promise<Result>,
    onExchanges: (exchanges: readonly Exchange[]) => void,
  ): Promise<Result> {
    this.#lastOperation += 1;
    const operation = `operation-${this.#lastOperation}`;
    const exchanges: Exchange[] = [];
    this.#operations.set(operation, exchanges);
    try {
      return await work({ [operationHeader]: operation });
    } finally {
      this.#operations.delete(operation);
      onExchanges(exchanges);
    }
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const exchanges = this.#operations.get(request.headers.get(operationHeader) ?? "");
    request.headers.delete(operationHeader);
    if (exchanges === undefined) return fetch(request);
    const sent = await sentRequest(request);
    const startedAt = performance.now();
    const response = await fetch(request);
    const responseBody = isText(response.headers) ? await response.clone().text() : undefined;
    const milliseconds = performance.now() - startedAt;
    const received = { status: response.status, milliseconds, ...(responseBody === undefined ? {} : { responseBody }) };
    exchanges.push({ ...sent, ...received });
    return response;
  };
}

/** A `fetch` that passes each request to `onRequest` instead of sending it, and returns "OK" (PROTOCOL.md, section 6). */
export function dryRun(onRequest: (exchange: Exchange) => void): typeof fetch {
  return async (input, init) => {
    onRequest(await sentRequest(new Request(input, init)));
    return new Response("OK");
  };
}

async function sentRequest(request: Request): Promise<Exchange> {
  const { method, headers, url } = request;
  const { pathname, search } = new URL(url);
  const sent = { method, path: pathname + search, headers: [...headers] };
  // Files are not copied just to be shown.
  return isText(headers) ? { ...sent, body: await request.clone().text() } : sent;
}

function isText(headers: Headers): boolean {
  return /^(?:application\/json|text\/)/.test(headers.get("content-type") ?? "");
}
