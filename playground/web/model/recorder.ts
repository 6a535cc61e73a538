/** A request as it was sent, and its answer. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  /** The text that was sent; absent where there was none, or it is no text. */
  readonly body?: string;
  readonly status?: number;
  readonly answer?: string;
  readonly milliseconds?: number;
}

/** Tells whose request it is, on the way from the SDK to the recorder. It is taken off before anything is sent. */
const mark = "x-playground-operation";

/** A `fetch` that keeps what goes over it for the operation that it belongs to: several may run at a time. */
export class Recorder {
  readonly #operations = new Map<string, Exchange[]>();
  #lastOperation = 0;

  /** Every exchange of the SDK while `work` runs: those of its requests that carry the headers that it is given. */
  async during<Result>(
    work: (headers: Record<string, string>) => Promise<Result>,
    onExchanges: (exchanges: readonly Exchange[]) => void,
  ): Promise<Result> {
    this.#lastOperation += 1;
    const operation = `operation-${this.#lastOperation}`;
    const exchanges: Exchange[] = [];
    this.#operations.set(operation, exchanges);
    try {
      return await work({ [mark]: operation });
    } finally {
      this.#operations.delete(operation);
      onExchanges(exchanges);
    }
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const exchanges = this.#operations.get(request.headers.get(mark) ?? "");
    request.headers.delete(mark);
    if (exchanges === undefined) return fetch(request);
    const sent = await sentOf(request);
    const startedAt = performance.now();
    const response = await fetch(request);
    const answer = isText(response.headers) ? await response.clone().text() : undefined;
    const milliseconds = performance.now() - startedAt;
    exchanges.push({ ...sent, status: response.status, milliseconds, ...(answer === undefined ? {} : { answer }) });
    return response;
  };
}

/** A `fetch` that sends nothing: it tells what would be sent, and answers as an old PoP does (PROTOCOL.md, section 6). */
export function dryRun(onRequest: (exchange: Exchange) => void): typeof fetch {
  return async (input, init) => {
    onRequest(await sentOf(new Request(input, init)));
    return new Response("OK");
  };
}

async function sentOf(request: Request): Promise<Exchange> {
  const { method, headers, url } = request;
  const { pathname, search } = new URL(url);
  const sent = { method, path: pathname + search, headers: [...headers] };
  // A file is not copied only to be shown.
  return isText(headers) ? { ...sent, body: await request.clone().text() } : sent;
}

function isText(headers: Headers): boolean {
  return /^(?:application\/json|text\/)/.test(headers.get("content-type") ?? "");
}
