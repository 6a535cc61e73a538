/** Calls the platform's `fetch` as it is at the time of the call; a browser's must not be called as a method. */
export const platformFetch: typeof fetch = (input, init) => globalThis.fetch(input, init);
