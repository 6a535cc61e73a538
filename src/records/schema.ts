import * as v from "valibot";
import { normalizeKey } from "../crypto/key-hash.ts";
import type { Int64 } from "../json.ts";
import { exactObject, isPlainObject, kindOf, listOf, type SchemaOf, wellFormedText } from "../validation.ts";
import { resemblesEnvelope } from "./envelope.ts";
import { type FieldEntry, fieldEntries, limits } from "./fields.ts";
import type { RecordInput } from "./record.ts";

/** How keys leave the caller's machine. */
export interface KeyMode {
  readonly hashSearchKeys: boolean;
  readonly normalizeKeys: boolean;
}

/** A signed 64-bit integer, in the form that the package gives back: a number where that is exact. */
export const int64Schema: SchemaOf<Int64> = v.pipe(
  v.custom<Int64>(isInteger, (issue) => integerMessage(issue.input)),
  v.check(
    (value) => BigInt(value) >= limits.int64Min && BigInt(value) <= limits.int64Max,
    `must be between ${limits.int64Min} and ${limits.int64Max}`,
  ),
  v.transform((value) => (typeof value === "bigint" && BigInt(Number(value)) === value ? exactNumber(value) : value)),
);

function isInteger(value: unknown): value is Int64 {
  return typeof value === "bigint" || Number.isSafeInteger(value);
}

function exactNumber(value: bigint): Int64 {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function integerMessage(value: unknown): string {
  return Number.isInteger(value)
    ? "is beyond what a number holds exactly (2^53): pass a bigint"
    : `expected an integer (number or bigint), got ${kindOf(value)}`;
}

/** ISO 8601 as the wire has it writes years of four digits. */
const lastYear = 9999;

export const dateSchema: SchemaOf<Date> = v.pipe(
  v.custom<Date>(isDateValue, (issue) => `expected a valid Date, got ${kindOf(issue.input)}`),
  v.check(
    (date) => date.getUTCFullYear() >= 1 && date.getUTCFullYear() <= lastYear,
    "must be a date of the years 1 to 9999",
  ),
  v.transform((date) => new Date(date.getTime())),
);

/** Whether a value is a valid date. */
export function isDateValue(value: unknown): value is Date {
  // Not instanceof: a Date of another realm (an iframe, a test's vm context) is as good.
  if (Object.prototype.toString.call(value) !== "[object Date]") return false;
  try {
    return !Number.isNaN(Date.prototype.getTime.call(value));
  } catch {
    return false;
  }
}

export const recordKeySchema: SchemaOf<string> = v.pipe(wellFormedText, v.nonEmpty("must not be empty"));

/** A text that goes as it is, and that the PoP keeps as text or compares with one. */
export const plainTextSchema: SchemaOf<string> = v.pipe(
  wellFormedText,
  v.check((key) => !key.includes("\0"), "must not hold the character U+0000 when hashSearchKeys is off"),
);

/** Counts the code points of the text as it is sent: a letter may be more than one in lower case. */
export function sentLength(text: string, mode: KeyMode): number {
  const sent = normalizeKey(text, mode);
  let length = 0;
  for (let at = 0; at < sent.length; at += (sent.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) length += 1;
  return length;
}

/** A key that goes as it is, within its limit (protocol.md, section 1). */
function plainSearchKeySchema(mode: KeyMode): SchemaOf<string> {
  return v.pipe(
    plainTextSchema,
    v.check(
      (key) => sentLength(key, mode) <= limits.plainSearchKeyLength,
      `must not be longer than ${limits.plainSearchKeyLength} characters when hashSearchKeys is off`,
    ),
  );
}

function valueSchema({ name, type, protection }: FieldEntry, mode: KeyMode): v.GenericSchema<unknown, unknown> {
  if (type === "int64") return int64Schema;
  if (type === "date") return dateSchema;
  if (protection === "hashedUnlessDisabled" && !mode.hashSearchKeys) return plainSearchKeySchema(mode);
  if (name === "precommitBody") return precommitBodySchema;
  // The body is sealed within JSON, whose escapes carry any string.
  return name === "body" ? v.string() : wellFormedText;
}

/** Body and `precommitBody` are encrypted alike, so that the ciphertext of one could be served as the other. */
const precommitBodySchema: SchemaOf<string> = v.pipe(
  wellFormedText,
  v.check(
    (text) => !resemblesEnvelope(text),
    "reads as an encrypted body, and could be served as one: put it into a list or another object",
  ),
);

/** The schema of a record that is to be written, made from the table of fields. */
export function recordInputSchema(mode: KeyMode): SchemaOf<RecordInput> {
  const entries: v.ObjectEntries = {};
  for (const entry of fieldEntries) {
    if (entry.name === "recordKey") entries[entry.name] = recordKeySchema;
    else if (entry.setBy === "caller") entries[entry.name] = v.nullish(valueSchema(entry, mode));
    // A record that was read may be changed and written back: what the client and the PoP set is left out of it.
    else
      entries[entry.name] = v.pipe(
        v.optional(v.unknown()),
        v.transform(() => undefined),
      );
  }
  return v.pipe(
    exactObject(entries),
    v.transform((fields) => Object.assign(fields, { recordKey: String(fields.recordKey) })),
  );
}

/** One batch: 1 to 100 records, each key once. */
export function recordBatchSchema(mode: KeyMode): SchemaOf<RecordInput[]> {
  return v.pipe(
    listOf(recordInputSchema(mode), {
      length: limits.batchSize,
      message: `must not hold more than ${limits.batchSize} records: write them in several batches`,
    }),
    v.minLength(1, "must hold at least one record"),
    // Whatever else is wrong with the records, but for a list too long to be looked through.
    v.rawCheck(({ dataset: { value: records }, addIssue }) => {
      if (!Array.isArray(records) || records.length > limits.batchSize) return;
      const seen = new Set<string>();
      for (const [index, record] of records.entries()) {
        const key: unknown = isPlainObject(record) ? record.recordKey : undefined;
        if (typeof key !== "string" || seen.size < seen.add(normalizeKey(key, mode)).size) continue;
        addIssue({
          message: "is the key of an earlier record of the batch: each may be there once",
          path: [
            { type: "array", origin: "value", input: records, key: index, value: record },
            { type: "object", origin: "value", input: record, key: "recordKey", value: key },
          ],
        });
      }
    }),
  );
}

/** Keys of records to delete: 1 to 100. */
export const recordKeysSchema: SchemaOf<string[]> = v.pipe(
  listOf(recordKeySchema, {
    length: limits.batchSize,
    message: `must not hold more than ${limits.batchSize} record keys: delete in several batches`,
  }),
  v.minLength(1, "must hold at least one record key"),
);
