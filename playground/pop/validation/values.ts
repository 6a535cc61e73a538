import { type Int64, limits } from "incountry-storage/protocol";
import * as v from "valibot";

/** Characters that PostgreSQL cannot store: U+0000, and lone surrogates, which have no UTF-8 form. */
const unstorable = /[\0\p{Surrogate}]/u;

/** Counts code points only if the number of UTF-16 code units, one or two each, does not decide. */
function hasAtMost(text: string, codePoints: number): boolean {
  if (text.length <= codePoints || text.length > 2 * codePoints) return text.length <= codePoints;
  return Array.from(text).length <= codePoints;
}

/** Any string that PostgreSQL can store. */
export const plainText: v.GenericSchema<unknown, string> = v.pipe(
  v.string("must be a string"),
  v.check((text) => !unstorable.test(text), "must not contain U+0000 or a lone surrogate"),
);

/** A key, hashed or not. The protocol limits only search keys; this PoP limits all keys, since all are indexed. */
export const keyText: v.GenericSchema<unknown, string> = v.pipe(
  plainText,
  v.check(
    (text) => hasAtMost(text, limits.plainSearchKeyLength),
    `must have at most ${limits.plainSearchKeyLength} characters`,
  ),
);

/** A record key: not empty, and not a dot segment, since it is part of a URL's path. */
export const recordKeyText: v.GenericSchema<unknown, string> = v.pipe(
  keyText,
  v.nonEmpty("must not be empty"),
  v.check((text) => text !== "." && text !== "..", "must not be . or .."),
);

/** The value of `search_keys` (PROTOCOL.md, section 6). */
export const searchText: v.GenericSchema<unknown, string> = v.pipe(
  plainText,
  v.check(
    (text) => hasAtMost(text, limits.searchKeysMaxLength) && !hasAtMost(text, limits.searchKeysMinLength - 1),
    `must have ${limits.searchKeysMinLength} to ${limits.searchKeysMaxLength} characters`,
  ),
);

function isInteger(value: unknown): value is Int64 {
  return typeof value === "bigint" || Number.isSafeInteger(value);
}

/** An integer within bounds. */
export function integerBetween(min: bigint, max: bigint): v.GenericSchema<unknown, Int64> {
  return v.pipe(
    v.custom<Int64>(isInteger, "must be an integer"),
    v.check((value: Int64) => value >= min && value <= max, `must be between ${min} and ${max}`),
  );
}

/** A signed 64-bit integer: a range key. */
export const int64: v.GenericSchema<unknown, Int64> = integerBetween(limits.int64Min, limits.int64Max);

/** The version of a secret. */
export const version: v.GenericSchema<unknown, Int64> = integerBetween(0n, limits.int64Max);

const dateForm =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})T\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})$/i;

/** Parses an ISO 8601 date with a time zone, to the millisecond; undefined if the text is anything else. */
export function parseDate(text: string): Date | undefined {
  const { year, month, day } = dateForm.exec(text)?.groups ?? {};
  if (year === undefined || Number(day) > daysIn(Number(year), Number(month))) return undefined;
  const date = new Date(
    text
      .toUpperCase()
      .replace(",", ".")
      .replace(/([+-]\d{2})(\d{2})$/, "$1:$2"),
  );
  // PostgreSQL does not write years outside this range as ISO 8601.
  const utcYear = date.getUTCFullYear();
  return utcYear >= 1 && utcYear <= 9999 ? date : undefined;
}

/** `Date` would turn 30 February into 1 March. */
function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** A date with a time zone. */
export const date: v.GenericSchema<unknown, Date> = v.pipe(
  v.string("must be a date in ISO 8601, such as 2030-01-31T12:00:00.000Z"),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const date = parseDate(dataset.value);
    if (date !== undefined) return date;
    addIssue({ message: "must be a date in ISO 8601 with a time zone, such as 2030-01-31T12:00:00.000Z" });
    return NEVER;
  }),
);

/** The date on which a record expires. */
export const futureDate: v.GenericSchema<unknown, Date> = v.pipe(
  date,
  v.check((value) => value.getTime() > Date.now(), "must be in the future"),
);

export const boolean: v.GenericSchema<unknown, boolean> = v.boolean("must be true or false");
