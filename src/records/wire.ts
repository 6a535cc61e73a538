import * as v from "valibot";
import { compact } from "../encoding.ts";
import type { Int64 } from "../json.ts";
import { expectation, foundIn, isPlainObject, kindOf, listOf, type SchemaOf } from "../validation.ts";
import { type Field, fieldEntries } from "./fields.ts";
import type { AttachmentMeta } from "./record.ts";

/** A value of a field on the wire. */
export type WireValue = string | Int64 | boolean | null;

/** A record to send: wire names, keys hashed, bodies encrypted. */
export type WireRecord = { record_key: string } & Record<string, WireValue>;

/** Characters. Bounds the memory of iterations, which keep the keys and dates of all records. */
const maxKeptLength = 1024;
const withoutZone = /^\d{4}-\d{2}-\d{2}T[\d:.]+$/;

/** Parses an ISO 8601 date; one without a time zone is in UTC (PROTOCOL.md, section 1). */
export const wireDateSchema: SchemaOf<Date> = v.pipe(
  v.custom<string>(
    (input) => typeof input === "string",
    (issue) => `expected an ISO 8601 date, got ${kindOf(issue.input)}`,
  ),
  v.maxLength(maxKeptLength, "expected an ISO 8601 date, got another text"),
  v.transform((text) => new Date(withoutZone.test(text) ? `${text}Z` : text)),
  v.check((date) => !Number.isNaN(date.getTime()), "expected an ISO 8601 date, got another text"),
);

const wireVersion = v.pipe(v.number(), v.safeInteger("expected an integer"), v.minValue(0, "expected an integer ≥ 0"));

export const attachmentMetaSchema: SchemaOf<AttachmentMeta> = v.pipe(
  v.object({
    file_id: v.pipe(v.string(), v.nonEmpty("must not be empty")),
    filename: v.string(),
    mime_type: v.nullish(v.string(), "application/octet-stream"),
    size: wireVersion,
    hash: v.string(),
    download_link: v.nullish(v.string(), ""),
    created_at: wireDateSchema,
    updated_at: wireDateSchema,
  }),
  v.transform((meta) => ({
    fileId: meta.file_id,
    fileName: meta.filename,
    mimeType: meta.mime_type,
    size: meta.size,
    hash: meta.hash,
    downloadLink: meta.download_link,
    createdAt: meta.created_at,
    updatedAt: meta.updated_at,
  })),
);

const schemas: Readonly<Record<Field["type"], v.GenericSchema<unknown, unknown>>> = {
  string: v.string(),
  int64: v.custom<Int64>(
    (input) => typeof input === "bigint" || Number.isSafeInteger(input),
    (issue) => `expected an integer, got ${kindOf(issue.input)}`,
  ),
  date: wireDateSchema,
  version: wireVersion,
  boolean: v.boolean(),
  attachments: listOf(attachmentMetaSchema),
};

const fieldsSchema = v.looseObject(
  Object.fromEntries(
    fieldEntries.map(({ name, wire, type }) => [wire, name === "recordKey" ? v.string() : v.nullish(schemas[type])]),
  ),
);

/** Copies a text of a record, which may be malformed, to keep it in memory; undefined unless it is a short text. */
export function keptText(value: unknown): string | undefined {
  return typeof value === "string" && value.length <= maxKeptLength ? compact(value) : undefined;
}

/** A record from a PoP. */
export interface ReceivedRecord {
  /** As received, integers exact. */
  readonly raw: Readonly<Record<string, unknown>>;
  /** By wire name: fields of the table checked and with dates parsed, others as received. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export const receivedRecordSchema: SchemaOf<ReceivedRecord> = v.pipe(
  v.custom<Record<string, unknown>>(isPlainObject, (issue) => `expected a record, got ${kindOf(issue.input)}`),
  v.rawTransform(({ dataset: { value: raw }, addIssue, NEVER }) => {
    const result = v.safeParse(fieldsSchema, raw, { message: expectation });
    if (result.success) return { raw, fields: result.output };
    for (const issue of result.issues) addIssue(foundIn(issue));
    return NEVER;
  }),
);
