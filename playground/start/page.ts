import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { compress } from "hono/compress";

/** Nothing but what the page's own origin serves, no inline code or style, no frames. */
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

/** Serves the built page from its folder, compressed for whoever takes it so. */
export function createPage(folder: string): Hono {
  const page = new Hono();
  page.use(compress({ encoding: "gzip" }));
  page.use(async (context, next) => {
    await next();
    context.header("content-security-policy", policy);
    context.header("x-content-type-options", "nosniff");
    context.header("referrer-policy", "no-referrer");
    context.header("cross-origin-opener-policy", "same-origin");
    // The names of the assets hold their hashes; the page itself has to be asked for again after each build.
    const isAsset = context.req.path.startsWith("/assets/") && context.res.ok;
    context.header("cache-control", isAsset ? "public, max-age=31536000, immutable" : "no-cache");
  });
  page.use(serveStatic({ root: folder }));
  return page;
}
