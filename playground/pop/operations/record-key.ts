import type { Context } from "hono";
import { HttpError } from "../errors.ts";
import { parseRequest } from "../validation/parse.ts";
import { recordKeyText } from "../validation/values.ts";

export function recordKeyOf(context: Context): string {
  return parseRequest(recordKeyText, context.req.param("key"), "key");
}

export function noSuchRecord(): HttpError {
  return new HttpError(404, { detail: "This country has no record with this key.", source: "key" });
}
