import * as v from "valibot";
import { type ServerErrorDetail, type StorageNetworkError, StorageServerError } from "../errors.ts";
import { parseJson } from "../json.ts";
import { parse, type SchemaOf, summarize } from "../validation.ts";
import { withoutEcho } from "./echo.ts";
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
  // The text of an error may look like anything: its status says enough.
  return (cutOff && text.trim() !== "OK") || (isSuccess(status) && isBeginningOfJson(text));
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
  const type = headers.get("content-type")?.split(";")[0]?.trim();
  return type === "text/html" || /^\s*<(?:!doctype|html)/i.test(text) ? "HTML" : "another text";
}

const detailSchema: SchemaOf<ServerErrorDetail> = v.object({
  status: v.fallback(v.optional(v.union([v.string(), v.number()])), undefined),
  title: v.fallback(v.optional(v.string()), undefined),
  detail: v.fallback(v.optional(v.string()), undefined),
  source: v.optional(v.unknown()),
});
const errorsSchema = v.object({ errors: v.array(v.fallback(detailSchema, {})) });

const maxDetails = 100;
const maxWords = 500;

/**
 * The error for an answer with a bad status, in the PoP's own words where it has any: without those among them that it was
 * sent (`sent`), for these are the caller's.
 */
export function serverError(answer: HttpAnswer, operation: string, sent: readonly string[]): StorageServerError {
  const errors = errorDetails(answer)
    ?.slice(0, maxDetails)
    .map((detail) => told(detail, sent));
  const words = errors
    ?.map(({ title, detail }) => detail ?? title ?? "")
    .filter((text) => text !== "")
    .join("; ")
    .slice(0, maxWords);
  const said = words === undefined || words === "" ? "." : `: ${words}`;
  const message = `${operation}: ${hostOf(answer.facts.url)} answered ${answer.status}${said}`;
  return new StorageServerError(message, { ...answer.facts, errors });
}

/**
 * What the PoP says is wrong, in its own words, which may repeat what it was sent: for decisions, and not to be told. undefined
 * where it says nothing that the protocol knows.
 */
export function errorDetails(answer: HttpAnswer): readonly ServerErrorDetail[] | undefined {
  const parsed = parse(errorsSchema, readJson(answer), "answer");
  return parsed.ok ? parsed.output.errors : undefined;
}

function told({ status, title, detail, source }: ServerErrorDetail, sent: readonly string[]): ServerErrorDetail {
  return {
    status: typeof status === "string" ? toldText(status, sent) : status,
    title: title === undefined ? undefined : toldText(title, sent),
    detail: detail === undefined ? undefined : toldText(detail, sent),
    ...(source === undefined ? {} : { source: toldValue(source, sent, 0) }),
  };
}

/** A server's words as an error may hold them. */
export function toldText(words: string, sent: readonly string[]): string {
  // Cut after the echo is gone: half a word of it would not be found.
  return withoutEcho(words.slice(0, 2 * maxWords), sent).slice(0, maxWords);
}

const maxDepth = 5;

function toldValue(value: unknown, sent: readonly string[], depth: number): unknown {
  if (typeof value === "object" && value !== null) {
    if (depth === maxDepth) return "…";
    if (Array.isArray(value)) return value.slice(0, maxDetails).map((item) => toldValue(item, sent, depth + 1));
    const entries = Object.entries(value).slice(0, maxDetails);
    return Object.fromEntries(entries.map(([name, item]) => [toldText(name, sent), toldValue(item, sent, depth + 1)]));
  }
  if (typeof value === "string") return toldText(value, sent);
  // A bigint has no JSON form.
  return typeof value === "number" || typeof value === "bigint" ? toldText(String(value), sent) : value;
}
