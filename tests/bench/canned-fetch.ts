/** A `fetch` that gives one answer to everything at once: what is left is the client's own work. */
export function cannedFetch(answer: string): typeof fetch {
  return async () => new Response(answer);
}
