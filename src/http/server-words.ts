import * as v from "valibot";
import type { ServerErrorDetail } from "../errors.ts";
import { fieldEntries } from "../records/fields.ts";
import { isPlainObject, parse, type SchemaOf } from "../validation.ts";

/**
 * What a server says about a request that it refused (protocol.md, section 6). Its words may repeat what it was sent, and may be
 * made to deceive whoever reads a log. So messages are made of what the client knows itself: the title of a status and the place
 * of a fault. The words stay on the error, where they are read on purpose.
 */
const detailSchema: SchemaOf<ServerErrorDetail> = v.object({
  status: v.fallback(v.optional(v.union([v.string(), v.number()])), undefined),
  title: v.fallback(v.optional(v.string()), undefined),
  detail: v.fallback(v.optional(v.string()), undefined),
  source: v.optional(v.unknown()),
});
const detailsSchema = v.array(v.fallback(detailSchema, {}));

const maxDetails = 100;
/** Characters. */
const maxWords = 500;

/** The list of what is wrong, as the server sent it, for decisions; undefined if it sent none that the protocol knows. */
export function errorDetails(json: unknown): readonly ServerErrorDetail[] | undefined {
  const errors = isPlainObject(json) ? json.errors : undefined;
  const parsed = parse(detailsSchema, Array.isArray(errors) ? errors.slice(0, maxDetails) : errors, "answer.errors");
  return parsed.ok ? parsed.output : undefined;
}

/** The same as an error may hold it: short, and printable. */
export function readableDetails(details: readonly ServerErrorDetail[]): readonly ServerErrorDetail[] {
  return details.map(({ status, title, detail, source }) => ({
    status: isStatus(status) ? status : undefined,
    title: printable(title),
    detail: printable(detail),
    ...(source === undefined ? {} : { source: readableSource(source) }),
  }));
}

function isStatus(status: string | number | undefined): boolean {
  return /^[1-5]\d\d$/.test(String(status));
}

const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

function printable(words: string | undefined): string | undefined {
  return words?.slice(0, maxWords).replace(unprintable, "\ufffd");
}

function readableSource(source: unknown): unknown {
  if (typeof source === "string") return printable(source);
  const { pointer, parameter } = isPlainObject(source) ? source : {};
  const named = Object.entries({ pointer, parameter }).filter(([, value]) => typeof value === "string");
  return Object.fromEntries(named.map(([name, value]) => [name, printable(String(value))]));
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

/** A status with its standard title: `404 (Not Found)`. */
export function titledStatus(status: number): string {
  const title = titles[status];
  return title === undefined ? String(status) : `${status} (${title})`;
}

/** Where in a request something is wrong, by the server's words `source`: in a batch, of which record. */
export interface Place {
  readonly index: number | undefined;
  /** As the server names it, which may be anything. */
  readonly field: string | undefined;
}

/** `records.3.if_match`, `records[3].if_match`, or a JSON pointer, `/records/3/if_match`. */
const placeInBatch = /\brecords(?:[./]|\[)(\d{1,3})\]?(?:[./](\w{1,100}))?/;

export function placeInBatchOf(detail: ServerErrorDetail): Place {
  const [, index, field] = placeInBatch.exec(sourceText(detail)) ?? [];
  return { index: index === undefined ? undefined : Number(index), field };
}

function sourceText({ source }: ServerErrorDetail): string {
  const text = isPlainObject(source) ? source.pointer : source;
  return typeof text === "string" ? text.slice(0, maxWords) : "";
}

const mostPlacesShown = 5;

/** The places that a list of errors names, as far as they are made of the protocol's own words: `records[3].rangeKey1`. */
export function placesIn(details: readonly ServerErrorDetail[]): readonly string[] {
  const places = new Set(details.map(sourceText).map(shownPlace));
  places.delete(undefined);
  return Array.from(places, String).slice(0, mostPlacesShown);
}

/** Names of the protocol beside those of fields, each with the name that a caller knows it by. */
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

const mostSteps = 6;

function shownPlace(source: string): string | undefined {
  const steps = source.split(/[./[\]]+/).filter((step) => step !== "");
  if (steps.length === 0 || steps.length > mostSteps) return undefined;
  let place = "";
  for (const step of steps) {
    const word = protocolWords.get(step);
    if (word !== undefined) place += place === "" ? word : `.${word}`;
    else if (place !== "" && /^\d{1,2}$/.test(step)) place += `[${step}]`;
    else return undefined;
  }
  return place;
}
