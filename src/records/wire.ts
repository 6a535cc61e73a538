import * as v from "valibot";
import { compact } from "../encoding.ts";
import type { Int64 } from "../json.ts";
import { expectation, foundIn, isPlainObject, kindOf, listOf, type SchemaOf } from "../validation.ts";
import { type FieldEntry, fieldEntries } from "./fields.ts";
import type { AttachmentMeta } from "./record.ts";

/** A field of a record as the wire has it. */
export type WireValue = string | Int64 | boolean | null;

/** A record as it is sent: wire names, keys hashed, bodies sealed. */
export type WireRecord = { record_key: string } & Record<string, WireValue>;

/** Characters. Iterations keep keys and dates of all records that they met: a PoP must not choose how much that is. */
const maxKeptLength = 1024;
const withoutZone = /^\d{4}-\d{2}-\d{2}T[\d:.]+$/;

/** A date as the wire has it: in UTC, also if it does not say so (protocol.md, section 1). */
export const wireDateSchema: SchemaOf<Date> = v.pipe(
  v.custom<string>(
    (input) => typeof input === "string",
    (issue) => `expected an ISO 8601 date, got ${kindOf(issue.input)}`,
  ),
  v.maxLength(maxKeptLength, "expected an ISO 8601 date, got another text"),
  v.transform((text) => new Date(withoutZone.test(text) ? `${text}Z` : text)),
  v.check((date) => !Number.isNaN(date.getTime()), "expected an ISO 8601 date, got another text"),
);

const wireInteger = v.custom<Int64>(
  (input) => typeof input === "bigint" || Number.isSafeInteger(input),
  (issue) => `expected an integer, got ${kindOf(issue.input)}`,
);

const wireVersion = v.pipe(v.number(), v.safeInteger("expected an integer"), v.minValue(0, "expected an integer ≥ 0"));

export const attachmentMetaSchema: SchemaOf<AttachmentMeta> = v.pipe(
  v.object({
    file_id: v.pipe(v.string(), v.nonEmpty("must not be empty")),
    filename: v.string(),
    mime_type: v.nullish(v.string()),
    size: wireVersion,
    hash: v.string(),
    download_link: v.nullish(v.string()),
    created_at: wireDateSchema,
    updated_at: wireDateSchema,
  }),
  v.transform((meta) => ({
    fileId: meta.file_id,
    fileName: meta.filename,
    mimeType: meta.mime_type ?? "application/octet-stream",
    size: meta.size,
    hash: meta.hash,
    downloadLink: meta.download_link ?? "",
    createdAt: meta.created_at,
    updatedAt: meta.updated_at,
  })),
);

function schemaOf({ type }: FieldEntry): v.GenericSchema<unknown, unknown> {
  switch (type) {
    case "string":
      return v.string();
    case "int64":
      return wireInteger;
    case "date":
      return wireDateSchema;
    case "version":
      return wireVersion;
    case "boolean":
      return v.boolean();
    case "attachments":
      return listOf(attachmentMetaSchema);
  }
}

const entries: Record<string, v.GenericSchema<unknown, unknown>> = Object.fromEntries(
  fieldEntries.map((entry) => [entry.wire, entry.name === "recordKey" ? v.string() : v.nullish(schemaOf(entry))]),
);

/** A text of a record that may not be what the protocol says, to be kept; undefined for anything but a short text. */
export function keptText(value: unknown): string | undefined {
  return typeof value === "string" && value.length <= maxKeptLength ? compact(value) : undefined;
}

/** A record as a PoP answered it. */
export interface ReceivedRecord {
  /** As it came, integers exact. */
  readonly raw: Readonly<Record<string, unknown>>;
  /** By wire name, each field of the table of its type and dates parsed; fields that the table does not know as they came. */
  readonly fields: Readonly<Record<string, unknown>>;
}

const fieldsSchema = v.looseObject(entries);

export const receivedRecordSchema: SchemaOf<ReceivedRecord> = v.pipe(
  v.custom<Record<string, unknown>>(isPlainObject, (issue) => `expected a record, got ${kindOf(issue.input)}`),
  v.rawTransform(({ dataset: { value: raw }, addIssue, NEVER }) => {
    const result = v.safeParse(fieldsSchema, raw, { message: expectation });
    if (result.success) return { raw, fields: result.output };
    for (const issue of result.issues) addIssue(foundIn(issue));
    return NEVER;
  }),
);
