import { type OpenPop, openPop } from "./open-pop.ts";
import type { Pop, PopOptions } from "./pop.ts";

/** Opens a PoP without a socket. Throws a `UsageError` if the options are invalid or the data location is unusable. */
export async function createPop(options: PopOptions = {}): Promise<Pop> {
  const { handle, ...pop } = await openPop(options);
  return { ...pop, fetch: fetchOf(handle) };
}

/** A `fetch` that sends every request to a PoP. */
export function fetchOf(handle: OpenPop["handle"]): Pop["fetch"] {
  return async (input, init) => {
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    return unlessAborted(handle(request), request.signal);
  };
}

function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
