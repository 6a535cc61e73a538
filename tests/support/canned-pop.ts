import { parseJson, stringifyJson } from "incountry-storage/protocol";

/** A request to a PoP. */
export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
}

/**
 * A `fetch` that returns one JSON response to every request and records the requests: for data that the embedded PoP
 * would not hold.
 */
export function cannedPop(response: unknown): { readonly fetch: typeof fetch; readonly sent: Sent[] } {
  const sent: Sent[] = [];
  return {
    sent,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const text = await request.text();
      sent.push({ method: request.method, url: request.url, body: text === "" ? undefined : parseJson(text) });
      const body = response === "OK" ? "OK" : stringifyJson(response);
      return new Response(body, { headers: { "content-type": "application/json" } });
    },
  };
}
