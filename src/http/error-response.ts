import * as v from "valibot";
import { type ServerErrorDetail, StorageServerError } from "../errors.ts";
import { fieldEntries } from "../records/fields.ts";
import { isPlainObject, parse, type SchemaOf } from "../validation.ts";
import type { JsonResponse } from "./json-response.ts";
import { hostOf } from "./response.ts";

/**
 * Makes the error for a response with a bad status. Its message contains only what the client knows: the status, and the fields of
 * the request that are wrong. The server's own texts may repeat what was sent, or deceive the reader of a log: they are only in the
 * `errors` of the error, which nothing prints.
 */
export function errorResponse({ response, json }: JsonResponse, operation: string): StorageServerError {
  const { status, facts } = response;
  const details = errorDetails(json);
  const places = fieldsNamedIn(details);
  const at = places.length === 0 ? "" : ` at ${places.join(", ")}`;
  const hint = details.length === 0 ? "" : " See `errors` for the server's own words.";
  const message = `${operation}: ${hostOf(facts.url)} responded ${statusText(status)}${at}.${hint}`;
  return new StorageServerError(message, { ...facts, errors: isErrorList(json) ? printable(details) : undefined });
}

const detailSchema: SchemaOf<ServerErrorDetail> = v.object({
  status: v.fallback(v.optional(v.union([v.string(), v.number()])), undefined),
  title: v.fallback(v.optional(v.string()), undefined),
  detail: v.fallback(v.optional(v.string()), undefined),
  source: v.optional(v.unknown()),
});
const detailsSchema = v.array(v.fallback(detailSchema, {}));

const maxDetails = 100;
/** Characters. */
const maxTextLength = 500;

function isErrorList(json: unknown): json is { errors: unknown[] } {
  return isPlainObject(json) && Array.isArray(json.errors);
}

/** Parses the list of errors of a response (PROTOCOL.md, section 6), up to 100 of them. */
export function errorDetails(json: unknown): readonly ServerErrorDetail[] {
  if (!isErrorList(json)) return [];
  const parsed = parse(detailsSchema, json.errors.slice(0, maxDetails), "response.errors");
  return parsed.ok ? parsed.output : [];
}

/** Shortens the texts of a server, and replaces control characters, which a terminal would act on. */
export function printable(details: readonly ServerErrorDetail[]): readonly ServerErrorDetail[] {
  return details.map(({ status, title, detail, source }) => ({
    status: /^[1-5]\d\d$/.test(String(status)) ? status : undefined,
    title: printableText(title),
    detail: printableText(detail),
    ...(source === undefined ? {} : { source: printableSource(source) }),
  }));
}

const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

function printableText(text: string | undefined): string | undefined {
  return text?.slice(0, maxTextLength).replace(unprintable, "\ufffd");
}

function printableSource(source: unknown): unknown {
  if (typeof source === "string") return printableText(source);
  const { pointer, parameter } = isPlainObject(source) ? source : {};
  const named = Object.entries({ pointer, parameter }).filter(([, value]) => typeof value === "string");
  return Object.fromEntries(named.map(([name, value]) => [name, printableText(String(value))]));
}

/** RFC 9110, section 15, and RFC 6585, section 4. */
const titles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  412: "Precondition Failed",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** Formats a status with its standard title: `404 (Not Found)`. */
export function statusText(status: number): string {
  const title = titles[status];
  return title === undefined ? String(status) : `${status} (${title})`;
}

/** A field of a record in a batch that a server names as wrong. */
export interface BatchField {
  /** The position of the record. */
  readonly index: number;
  /** The wire name, in the server's words; undefined if it names the record as a whole. */
  readonly field: string | undefined;
}

/** `records.3.if_match`, `records[3].if_match`, or a JSON pointer, `/records/3/if_match`. */
const batchField = /\brecords(?:[./]|\[)(\d{1,3})\]?(?:[./](\w{1,100}))?/;

/** Lists the fields of a batch that the `source` of each error names. */
export function batchFieldsIn(details: readonly ServerErrorDetail[]): BatchField[] {
  return details.flatMap((detail) => {
    const [, index, field] = batchField.exec(sourceOf(detail)) ?? [];
    return index === undefined ? [] : [{ index: Number(index), field }];
  });
}

function sourceOf({ source }: ServerErrorDetail): string {
  const text = isPlainObject(source) ? source.pointer : source;
  return typeof text === "string" ? text.slice(0, maxTextLength) : "";
}

const maxFieldsShown = 5;

/** Lists the fields that errors name in words of the protocol: `records[3].rangeKey1`. */
function fieldsNamedIn(details: readonly ServerErrorDetail[]): readonly string[] {
  const fields = new Set(details.map(sourceOf).map(fieldPath));
  fields.delete(undefined);
  return Array.from(fields, String).slice(0, maxFieldsShown);
}

/** Words of the protocol that may appear in a path, each with the name that callers know. Other words are not shown. */
const protocolWords: ReadonlyMap<string, string> = new Map<string, string>([
  ...["records", "filter", "options", "limit", "offset", "sort", "body", "key", "country", "file", "file_id"].map(same),
  ...["$not", "$gt", "$gte", "$lt", "$lte", "if_match", "if-match", "x-env-id", "authorization"].map(same),
  ...["content-type", "range", "mime_type", "meta", "fileId"].map(same),
  ["search_keys", "searchKeys"],
  ["filename", "fileName"],
  ...fieldEntries.map(({ wire, name }): [string, string] => [wire, name]),
]);

function same(word: string): [string, string] {
  return [word, word];
}

const maxSteps = 6;

/** Translates a `source` to a path that callers know; undefined if it holds a word that is not the protocol's. */
function fieldPath(source: string): string | undefined {
  const steps = source.split(/[./[\]]+/).filter((step) => step !== "");
  if (steps.length === 0 || steps.length > maxSteps) return undefined;
  let path = "";
  for (const step of steps) {
    const word = protocolWords.get(step);
    if (word !== undefined) path += path === "" ? word : `.${word}`;
    else if (path !== "" && /^\d{1,2}$/.test(step)) path += `[${step}]`;
    else return undefined;
  }
  return path;
}
