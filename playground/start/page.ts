import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { compress } from "hono/compress";

/** Allows only the page's own origin, without inline code, inline styles or frames. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** Serves the built page, with gzip if the client accepts it. */
export function createPage(folder: string): Hono {
  const page = new Hono();
  page.use(compress({ encoding: "gzip" }));
  page.use(async (context, next) => {
    await next();
    context.header("content-security-policy", policy);
    context.header("x-content-type-options", "nosniff");
    context.header("referrer-policy", "no-referrer");
    context.header("cross-origin-opener-policy", "same-origin");
    // Asset names contain a hash of their content, so they can be cached for ever. The page cannot.
    const isAsset = context.req.path.startsWith("/assets/") && context.res.ok;
    context.header("cache-control", isAsset ? "public, max-age=31536000, immutable" : "no-cache");
  });
  page.use(serveStatic({ root: folder }));
  return page;
}
