import { isBrowser } from "./environment.ts";

/**
 * Whether `fetch` sends a stream as it comes. Browsers do not: Firefox sends the text "[object ReadableStream]", WebKit fails,
 * and Chromium does it over HTTP/2 alone.
 */
export function sendsStreams(): boolean {
  return !isBrowser();
}

/** Whether there is what alone tells in a browser how far an upload has come. A service worker has none. */
export function hasXmlHttpRequest(): boolean {
  return isBrowser() && Reflect.has(globalThis, "XMLHttpRequest");
}

/**
 * How a redirect of an upload is refused. Where Node.js may have to follow one it keeps all of the body in memory; with
 * `error` it does not. Cloudflare Workers know only `manual`.
 */
export function redirectOfUploads(): "error" | "manual" {
  const userAgent: unknown = Reflect.get(Reflect.get(globalThis, "navigator") ?? {}, "userAgent");
  return userAgent === "Cloudflare-Workers" ? "manual" : "error";
}

/** How a file is asked for: unpacked, and so that no copy of it stays behind in a browser's cache on disk. */
export function downloadTraits(): { readonly headers: Record<string, string>; readonly init: RequestInit } {
  // A browser decides itself how answers may be packed.
  if (isBrowser()) return { headers: {}, init: { cache: "no-store" } };
  return { headers: { "accept-encoding": "identity" }, init: {} };
}
