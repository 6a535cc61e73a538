import { Hono } from "hono";
import { cors } from "hono/cors";
import type { Operation, Parts, Services } from "./context.ts";
import { Credentials } from "./credentials.ts";
import { HttpError } from "./errors.ts";
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
import { commonHeaders, featuresHeader, requestIdHeader } from "./response-headers.ts";
import { errorResponse } from "./responses.ts";

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

const fileHeaders = ["content-disposition", "content-range", "accept-ranges", "etag"];

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
      exposeHeaders: [requestIdHeader, featuresHeader, "retry-after", ...fileHeaders],
      maxAge: 600,
    }),
  );
  app.use(async (context, next) => {
    // Hono passes on an undecodable path as it is, which could name another record.
    try {
      decodeURIComponent(new URL(context.req.url).pathname);
    } catch {
      throw new HttpError(400, { detail: "The path must be percent-encoded UTF-8.", source: "path" });
    }
    await next();
  });
  for (const { method, path, handle } of operations) app.on(method, path, (context) => handle(context, services));
  app.notFound((context) => errorResponse(noRoute(context.req.path)));
  app.onError((error, context) => errorResponse(context.req.raw.signal.aborted ? aborted : error));
  return app;
}

function noRoute(path: string): HttpError {
  const methods = operations.filter((operation) => matches(operation, path)).map(({ method }) => method);
  if (methods.length === 0) return new HttpError(404, { detail: "This path does not exist." });
  // Hono serves HEAD from GET, and the CORS middleware serves OPTIONS.
  const allow = [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"].join(", ");
  return new HttpError(405, { detail: `This path supports ${allow}.` }, { headers: { allow } });
}

function matches(operation: Operation, path: string): boolean {
  const [pattern, given] = [operation.path, path].map((text) => text.split("/"));
  if (pattern === undefined || pattern.length !== given?.length) return false;
  return pattern.every((part, index) => (part.startsWith(":") ? given[index] !== "" : given[index] === part));
}

/** Replaces whatever error a client's disconnect caused, so that it is not logged. */
const aborted = new HttpError(400, { detail: "The request was aborted." });
