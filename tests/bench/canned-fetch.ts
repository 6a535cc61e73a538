/** A `fetch` that returns one response to every request at once, to measure only the client's own work. */
export function cannedFetch(response: string): typeof fetch {
  return async () => new Response(response);
}
