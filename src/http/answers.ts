import { type StorageNetworkError, StorageServerError } from "../errors.ts";
import { JsonLimitError, parseJson } from "../json.ts";
import { parse, type SchemaOf, summarize } from "../validation.ts";
import { errorDetails, placesIn, readableDetails, titledStatus } from "./server-words.ts";
import { type HttpAnswer, hostOf, isSuccess, networkError } from "./transport.ts";

/** The JSON of an answer; undefined where it holds none. */
export function readJson({ text, notUtf8 }: HttpAnswer): unknown {
  if (notUtf8 === true) return undefined;
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** Whether the answer ended before its end: some platforms hand over what came, as if it were all. */
export function isCutOff({ status, text, cutOff }: HttpAnswer, json: unknown): boolean {
  if (json !== undefined) return false;
  if (cutOff && text.trim() !== "OK") return true;
  // The text of an error may look like anything: its status says enough.
  return isSuccess(status) && isBeginningOfJson(text) && !exceedsLimits(text);
}

/** Whether a text that is no JSON is the beginning of one: an object, a list or a string in it has no end. */
function isBeginningOfJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (inString && character === "\\") at += 1;
    else if (character === '"') inString = !inString;
    else if (!inString && (character === "{" || character === "[")) depth += 1;
    else if (!inString && (character === "}" || character === "]")) depth -= 1;
  }
  return inString || depth > 0;
}

export function cutOff({ facts }: HttpAnswer): StorageNetworkError {
  return networkError(facts, "the answer was cut off", undefined);
}

/**
 * Parses the JSON of a successful answer.
 *
 * @throws StorageServerError that names what was expected, and where.
 */
export function parseAnswer<Output>(schema: SchemaOf<Output>, answer: HttpAnswer, json: unknown): Output {
  if (json === undefined) throw unexpected(answer, `expected JSON, got ${kindOfText(answer)}`);
  const parsed = parse(schema, json, "answer");
  if (parsed.ok) return parsed.output;
  throw unexpected(answer, summarize(parsed.issues));
}

/** An answer with a good status that is not what the protocol says. */
export function unexpected({ facts }: HttpAnswer, what: string): StorageServerError {
  return new StorageServerError(
    `${facts.method} ${hostOf(facts.url)}: the server answered something that the protocol does not know: ${what}.`,
    facts,
  );
}

function kindOfText({ text, notUtf8, headers }: HttpAnswer): string {
  if (text.trim() === "") return "an empty body";
  if (notUtf8 === true) return "a text that is not UTF-8";
  if (exceedsLimits(text))
    return "JSON that is nested too deeply, or has numbers or values beyond what a record can hold";
  const type = headers.get("content-type")?.split(";")[0]?.trim();
  return type === "text/html" || /^\s*<(?:!doctype|html)/i.test(text) ? "HTML" : "another text";
}

function exceedsLimits(text: string): boolean {
  try {
    parseJson(text);
    return false;
  } catch (error) {
    return error instanceof JsonLimitError;
  }
}

/**
 * The error for a response with a bad status. What it prints is made of what the client knows; the server's own words are its
 * `errors`.
 */
export function serverError(
  answer: HttpAnswer,
  operation: string,
  json: unknown = readJson(answer),
): StorageServerError {
  const { status, facts } = answer;
  const details = errorDetails(json);
  const places = placesIn(details ?? []);
  const at = places.length === 0 ? "" : ` at ${places.join(", ")}`;
  const hint = details === undefined || details.length === 0 ? "" : " The server's own words are in `errors`.";
  const message = `${operation}: ${hostOf(facts.url)} responded ${titledStatus(status)}${at}.${hint}`;
  return new StorageServerError(message, {
    ...facts,
    errors: details === undefined ? undefined : readableDetails(details),
  });
}
