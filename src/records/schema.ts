import * as v from "valibot";
import { type KeyHashingOptions, normalizeKey } from "../crypto/key-hashing.ts";
import { orUndefined } from "../encoding.ts";
import type { Int64 } from "../json.ts";
import { limits } from "../limits.ts";
import { exactObject, isPlainObject, kindOf, listOf, type SchemaOf, wellFormedText } from "../validation.ts";
import { hasEnvelope, resemblesEnvelope } from "./envelope.ts";
import { type FieldEntry, fieldEntries } from "./fields.ts";
import type { RecordInput } from "./record.ts";

/** The options for keys. */
export type KeyMode = Omit<KeyHashingOptions, "environmentId">;

/** A signed 64-bit integer, as a number if it is a safe integer. */
export const int64Schema: SchemaOf<Int64> = v.pipe(
  v.custom<Int64>(
    (value) => typeof value === "bigint" || Number.isSafeInteger(value),
    ({ input }) =>
      Number.isInteger(input)
        ? "is beyond what a number holds exactly (2^53): pass a bigint"
        : `expected an integer (number or bigint), got ${kindOf(input)}`,
  ),
  v.check(
    (value) => BigInt(value) >= limits.int64Min && BigInt(value) <= limits.int64Max,
    `must be between ${limits.int64Min} and ${limits.int64Max}`,
  ),
  v.transform((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value)),
);

/** ISO 8601 has years of four digits. */
const lastYear = 9999;

export const dateSchema: SchemaOf<Date> = v.pipe(
  v.custom<Date>(isDateValue, (issue) => `expected a valid Date, got ${kindOf(issue.input)}`),
  v.check(
    (date) => date.getUTCFullYear() >= 1 && date.getUTCFullYear() <= lastYear,
    "must be a date of the years 1 to 9999",
  ),
  v.transform((date) => new Date(date.getTime())),
);

/** True for a valid date, also of another realm (an iframe, a vm context), unlike `instanceof`. */
export function isDateValue(value: unknown): value is Date {
  if (Object.prototype.toString.call(value) !== "[object Date]") return false;
  return !Number.isNaN(orUndefined(() => Date.prototype.getTime.call(value)) ?? Number.NaN);
}

export const recordKeySchema: SchemaOf<string> = v.pipe(wellFormedText, v.nonEmpty("must not be empty"));

/** A text that is sent unhashed. PoPs cannot store U+0000 in text. */
export const plainTextSchema: SchemaOf<string> = v.pipe(
  wellFormedText,
  v.check((key) => !key.includes("\0"), "must not contain U+0000 when hashSearchKeys is off"),
);

/** Counts the code points of a text in its wire form: lower case may have more than the original. */
export function sentLength(text: string, mode: KeyMode): number {
  const sent = normalizeKey(text, mode);
  let length = 0;
  for (let at = 0; at < sent.length; at += (sent.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) length += 1;
  return length;
}

function valueSchema({ name, type, protection }: FieldEntry, mode: KeyMode): v.GenericSchema<unknown, unknown> {
  if (type === "int64") return int64Schema;
  if (type === "date") return dateSchema;
  // The envelope is JSON, whose escapes can encode any string.
  if (hasEnvelope(name)) return v.string();
  if (protection === "sealed") return sealedTextSchema;
  if (protection !== "hashedUnlessDisabled" || mode.hashSearchKeys) return wellFormedText;
  return v.pipe(
    plainTextSchema,
    v.check(
      (key) => sentLength(key, mode) <= limits.plainSearchKeyLength,
      `must not be longer than ${limits.plainSearchKeyLength} characters when hashSearchKeys is off`,
    ),
  );
}

/** A PoP could serve the ciphertext of one sealed field as that of another. */
const sealedTextSchema = v.pipe(
  wellFormedText,
  v.check(
    (text) => !resemblesEnvelope(text),
    "looks like an encrypted body, so that a PoP could serve it as one: wrap it in a list or another object",
  ),
);

/** Accepts a record that was read: the fields that the client or the PoP sets are ignored. */
const ignored = v.pipe(
  v.optional(v.unknown()),
  v.transform(() => undefined),
);

/** The schema of a record to write. */
export function recordInputSchema(mode: KeyMode): SchemaOf<RecordInput> {
  const entries: v.ObjectEntries = {};
  for (const entry of fieldEntries) {
    entries[entry.name] = entry.setBy === "caller" ? v.nullish(valueSchema(entry, mode)) : ignored;
  }
  return exactObject({ ...entries, recordKey: recordKeySchema });
}

/** One batch: 1 to 100 records, each key once. */
export function recordBatchSchema(mode: KeyMode): SchemaOf<RecordInput[]> {
  return v.pipe(
    batchOf(recordInputSchema(mode), "record"),
    // A rawCheck also runs if records have other issues; a list that is too long was not checked.
    v.rawCheck(({ dataset: { value: records }, addIssue }) => {
      if (!Array.isArray(records) || records.length > limits.batchSize) return;
      const seen = new Set<string>();
      for (const [index, record] of records.entries()) {
        const key: unknown = isPlainObject(record) ? record.recordKey : undefined;
        if (typeof key !== "string" || seen.size < seen.add(normalizeKey(key, mode)).size) continue;
        addIssue({
          message: "is the key of an earlier record of the batch: each key must be unique",
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
export const recordKeysSchema: SchemaOf<string[]> = batchOf(recordKeySchema, "record key");

function batchOf<Item>(item: SchemaOf<Item>, noun: string): SchemaOf<Item[]> {
  const message = `must not have more than ${limits.batchSize} ${noun}s: use several batches`;
  return v.pipe(listOf(item, { length: limits.batchSize, message }), v.minLength(1, `must have at least one ${noun}`));
}
