import { orUndefined } from "../encoding.ts";
import { type StorageNetworkError, StorageServerError } from "../errors.ts";
import { JsonLimitError, parseJson } from "../json.ts";
import { parse, type SchemaOf, summarize } from "../validation.ts";
import { type HttpResponse, hostOf, isSuccess, networkError } from "./response.ts";

/** A response and its JSON, which is undefined if the response holds none. */
export interface JsonResponse {
  readonly response: HttpResponse;
  readonly json: unknown;
}

/** Reads the JSON of a response. @throws StorageNetworkError if the response was cut off. */
export function readJson(response: HttpResponse): JsonResponse {
  const json = jsonOf(response);
  if (json === undefined && isCutOff(response)) throw cutOff(response);
  return { response, json };
}

export function jsonOf({ text, notUtf8 }: HttpResponse): unknown {
  return notUtf8 === true ? undefined : orUndefined(() => parseJson(text));
}

/** Some platforms return the beginning of a broken response as if it were complete. Only JSON without an end reveals that. */
function isCutOff({ status, text, length }: HttpResponse): boolean {
  if (length === "short") return !isOk(text);
  const hasNoEnd = length === "unknown" || !/[\]}]\s*$/.test(text);
  return hasNoEnd && isSuccess(status) && /^\s*[[{]/.test(text) && !exceedsLimits(text);
}

function cutOff({ facts }: HttpResponse): StorageNetworkError {
  return networkError(facts, "the response was cut off");
}

/** True for the text `OK`, with which older PoPs acknowledge a write (PROTOCOL.md, section 6). */
export function isOk(text: string): boolean {
  return /^\s*"?OK"?\s*$/i.test(text);
}

/** Parses the JSON of a successful response. @throws StorageServerError that names what was expected, and where. */
export function parseResponse<Output>(schema: SchemaOf<Output>, { response, json }: JsonResponse): Output {
  if (json === undefined) throw unexpectedResponse(response, `expected JSON, got ${kindOfText(response)}`);
  const parsed = parse(schema, json, "response");
  if (parsed.ok) return parsed.output;
  throw unexpectedResponse(response, summarize(parsed.issues));
}

/** Makes the error for a response with a good status and a body that the protocol does not allow. */
export function unexpectedResponse({ facts }: HttpResponse, what: string): StorageServerError {
  return new StorageServerError(`${facts.method} ${hostOf(facts.url)}: unexpected response: ${what}.`, facts);
}

function kindOfText({ text, notUtf8, headers }: HttpResponse): string {
  if (text.trim() === "") return "an empty body";
  if (notUtf8 === true) return "text that is not UTF-8";
  if (exceedsLimits(text)) return "JSON that is nested too deeply, or has numbers or values beyond those of any record";
  const type = headers.get("content-type")?.split(";")[0]?.trim();
  return type === "text/html" || /^\s*<(?:!doctype|html)/i.test(text) ? "HTML" : "other text";
}

function exceedsLimits(text: string): boolean {
  try {
    parseJson(text);
    return false;
  } catch (error) {
    return error instanceof JsonLimitError;
  }
}
