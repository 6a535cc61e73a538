import { type Int64, limits, parseJson } from "incountry-storage/protocol";
import * as v from "valibot";

const text = v.pipe(v.string(), v.nonEmpty());
const date = v.pipe(v.string(), v.isoDate());

const int64: v.GenericSchema<Int64> = v.union([
  v.pipe(v.number(), v.safeInteger("is rounded: parse the file with parsePeople, not with JSON.parse")),
  v.pipe(v.bigint(), v.minValue(limits.int64Min), v.maxValue(limits.int64Max)),
]);

/** A sample person of data/people.json. */
const personSchema = v.strictObject({
  id: text,
  country: v.pipe(v.string(), v.regex(/^[a-z]{2}$/)),
  /** The full name, in the order of the country. */
  name: text,
  givenName: text,
  familyName: v.exactOptional(text),
  birthDate: date,
  city: text,
  occupation: text,
  documentNumber: text,
  email: v.pipe(v.string(), v.email()),
  phone: text,
  bloodGroup: text,
  note: text,
  plan: v.picklist(["basic", "family", "premium"]),
  /** In hundredths of the country's currency; some are beyond 2^53. */
  balance: int64,
  memberSince: date,
  /** Days until the record expires. */
  retentionDays: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  /** Set if the person agreed to be in the public directory. */
  listed: v.exactOptional(v.literal(true)),
});

export type Person = v.InferOutput<typeof personSchema>;

/** Parses data/people.json with exact balances. Throws if the file is invalid. */
export function parsePeople(json: string): Person[] {
  return v.parse(v.array(personSchema), parseJson(json));
}
