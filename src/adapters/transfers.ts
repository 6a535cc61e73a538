import { isBrowser } from "./environment.ts";

/**
 * True if `fetch` can send a stream. In browsers it cannot: Firefox sends the text "[object ReadableStream]", WebKit
 * fails, and Chromium supports it over HTTP/2 only.
 */
export function sendsStreams(): boolean {
  return !isBrowser();
}

/** True if `XMLHttpRequest` exists, the only way to observe upload progress in a browser. Service workers lack it. */
export function hasXmlHttpRequest(): boolean {
  return isBrowser() && Reflect.has(globalThis, "XMLHttpRequest");
}

/**
 * How to refuse a redirect of an upload. With `error`, Node.js does not keep the whole body in memory for following
 * one. Cloudflare Workers support only `manual`.
 */
export function redirectOfUploads(): "error" | "manual" {
  const userAgent: unknown = Reflect.get(Reflect.get(globalThis, "navigator") ?? {}, "userAgent");
  return userAgent === "Cloudflare-Workers" ? "manual" : "error";
}

/** How to request a file: without compression, and without leaving a copy in the browser's disk cache. */
export function downloadTraits(): { readonly headers: Record<string, string>; readonly init: RequestInit } {
  // Browsers set `accept-encoding` themselves.
  if (isBrowser()) return { headers: {}, init: { cache: "no-store" } };
  return { headers: { "accept-encoding": "identity" }, init: {} };
}
