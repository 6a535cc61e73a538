import type { Context } from "hono";
import { Refusal } from "../errors.ts";
import { parseOrRefuse } from "../validation/parse.ts";
import { recordKeyText } from "../validation/values.ts";

/** The record key in a request's path. */
export function recordKeyOf(context: Context): string {
  return parseOrRefuse(recordKeyText, context.req.param("key"), "key");
}

export function noSuchRecord(): Refusal {
  return new Refusal(404, { detail: "There is no record of this key in this country.", source: "key" });
}
