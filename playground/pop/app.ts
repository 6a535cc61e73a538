import { Hono } from "hono";
import { cors } from "hono/cors";
import { refused } from "./answers.ts";
import type { Operation, Parts, Services } from "./context.ts";
import { Credentials } from "./credentials.ts";
import { Refusal } from "./errors.ts";
import { deleteAttachment } from "./operations/attachments/delete.ts";
import { getAttachmentFile } from "./operations/attachments/get-file.ts";
import { getAttachmentMetadata } from "./operations/attachments/get-metadata.ts";
import { updateAttachmentMetadata } from "./operations/attachments/update-metadata.ts";
import { addAttachment, putAttachment } from "./operations/attachments/upload.ts";
import { batchDelete } from "./operations/batch-delete.ts";
import { batchWrite } from "./operations/batch-write.ts";
import { countries } from "./operations/countries.ts";
import { deleteRecord } from "./operations/delete.ts";
import { find } from "./operations/find.ts";
import { healthcheck } from "./operations/healthcheck.ts";
import { read } from "./operations/read.ts";
import { token } from "./operations/token.ts";
import { write } from "./operations/write.ts";
import { refusalOf } from "./refusal-of.ts";
import { commonHeaders, featuresHeader, requestIdHeader } from "./response-headers.ts";

const operations: readonly Operation[] = [
  write,
  batchWrite,
  find,
  batchDelete,
  read,
  deleteRecord,
  addAttachment,
  putAttachment,
  getAttachmentFile,
  getAttachmentMetadata,
  updateAttachmentMetadata,
  deleteAttachment,
  token,
  countries,
  healthcheck,
];

/** The PoP as a fetch function. */
export function createApp(parts: Parts): Hono {
  const services: Services = { ...parts, credentials: new Credentials(parts.environments) };
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    const headers = commonHeaders(context.req.header(requestIdHeader));
    for (const [name, value] of Object.entries(headers)) context.header(name, value);
  });
  app.use(
    cors({
      origin: "*",
      allowMethods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
      exposeHeaders: [
        requestIdHeader,
        featuresHeader,
        "content-disposition",
        "content-range",
        "accept-ranges",
        "etag",
        "retry-after",
      ],
      maxAge: 600,
    }),
  );
  app.use(async (context, next) => {
    // What cannot be decoded would be taken as it is, and be the key of another record.
    if (!isDecodable(new URL(context.req.url).pathname)) {
      throw new Refusal(400, { detail: "The path must be percent-encoded UTF-8.", source: "path" });
    }
    await next();
  });
  for (const { method, path, handle } of operations) app.on(method, path, (context) => handle(context, services));
  app.notFound((context) => refused(nothingAt(context.req.path)));
  app.onError((error, context) => refused(context.req.raw.signal.aborted ? brokenOff : refusalOf(error)));
  return app;
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

function nothingAt(path: string): Refusal {
  const methods = operations.filter((operation) => leadsTo(operation, path)).map(({ method }) => method);
  if (methods.length === 0) return new Refusal(404, { detail: "This PoP has nothing at this path." });
  // Hono answers HEAD where there is a GET, and the preflight of a page everywhere.
  const allow = [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"].join(", ");
  return new Refusal(405, { detail: `Of methods, this path has ${allow}.` }, { headers: { allow } });
}

function leadsTo(operation: Operation, path: string): boolean {
  const [pattern, given] = [operation.path, path].map((text) => text.split("/"));
  if (pattern === undefined || pattern.length !== given?.length) return false;
  return pattern.every((part, index) => (part.startsWith(":") ? given[index] !== "" : given[index] === part));
}

/** The answer to a sender who is gone: nobody reads it, and nothing is wrong with the PoP. */
const brokenOff = new Refusal(400, { detail: "The request broke off." });
