import { type Context, Hono } from "hono";
import { cors } from "hono/cors";
import { jsonAnswer } from "./answers.ts";
import type { Operation, Services } from "./context.ts";
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
import { isUnavailable } from "./store/database-errors.ts";

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
export function createApp(services: Services): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.header("x-request-id", requestIdOf(context));
  });
  app.use(
    cors({
      origin: "*",
      allowMethods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
      exposeHeaders: ["x-request-id", "content-disposition", "content-range", "accept-ranges", "etag", "retry-after"],
      maxAge: 600,
    }),
  );
  for (const { method, path, handle } of operations) app.on(method, path, (context) => handle(context, services));
  app.notFound(() => refused(new Refusal(404, { detail: "This PoP has nothing at this method and path." })));
  app.onError((error, context) => refused(context.req.raw.signal.aborted ? brokenOff : refusalOf(error)));
  return app;
}

/** The request's own id where it has one that can be sent back, else a new one. */
function requestIdOf(context: Context): string {
  const given = context.req.header("x-request-id") ?? "";
  return /^[\x21-\x7e]{1,255}$/.test(given) ? given : crypto.randomUUID();
}

/** The answer to a sender who is gone: nobody reads it, and nothing is wrong with the PoP. */
const brokenOff = new Refusal(400, { detail: "The request broke off." });

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (isUnavailable(error)) {
    const detail = "The PoP's database does not answer. Try again.";
    return new Refusal(503, { detail }, { headers: { "retry-after": "1" }, cause: error });
  }
  // Its stack alone: a database's error holds the statement's parameters beside it.
  console.error(error instanceof Error ? error.stack : error);
  return new Refusal(500, { detail: "The PoP failed to answer. Its log says why." }, { cause: error });
}

function refused(refusal: Refusal): Response {
  return jsonAnswer(refusal.body, { status: refusal.status, headers: refusal.headers });
}
