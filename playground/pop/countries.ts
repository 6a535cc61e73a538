import * as v from "valibot";
import { parseSetting } from "./usage-error.ts";

const countrySchema = v.object(
  {
    id: v.pipe(v.string("must be a string"), v.regex(/^[a-z]{2}$/i, "must have two letters")),
    name: v.string("must be a string"),
    direct: v.optional(v.nullable(v.boolean("must be true, false or null"))),
    region: v.optional(v.nullable(v.string("must be a string"))),
  },
  "must be an object with id and name",
);

/** An entry of the countries list (PROTOCOL.md, section 8). */
export type Country = v.InferOutput<typeof countrySchema>;

const countriesSchema = v.object(
  { countries: v.array(countrySchema, "must be a list") },
  "must be an object with the list countries",
);

/** Parses a countries list in its wire form; throws a `UsageError` if it is invalid. */
export function parseCountries(value: unknown): readonly Country[] {
  return parseSetting(countriesSchema, value, "countries").countries;
}
