import * as v from "valibot";
import {
  findAllOptionsSchema,
  findFilterSchema,
  findOneOptionsSchema,
  findOptionsSchema,
} from "../records/filter/schema.ts";
import type { FindAllOptions, FindFilter, FindOptions } from "../records/filter/types.ts";
import type { RecordInput } from "../records/record.ts";
import {
  type KeyMode,
  recordBatchSchema,
  recordInputSchema,
  recordKeySchema,
  recordKeysSchema,
} from "../records/schema.ts";
import { type RequestOptions, requestOptionsSchema } from "../request-options.ts";
import type { SchemaOf } from "../validation.ts";

/** The schemas of the arguments of all methods, for one Storage. */
export interface InputSchemas {
  readonly country: SchemaOf<string>;
  readonly record: SchemaOf<RecordInput>;
  readonly records: SchemaOf<RecordInput[]>;
  readonly recordKey: SchemaOf<string>;
  readonly recordKeys: SchemaOf<string[]>;
  readonly filter: SchemaOf<FindFilter>;
  readonly findOptions: SchemaOf<FindOptions>;
  readonly findOneOptions: SchemaOf<Omit<FindOptions, "limit">>;
  readonly findAllOptions: SchemaOf<FindAllOptions>;
  readonly request: SchemaOf<RequestOptions>;
}

const countrySchema: SchemaOf<string> = v.pipe(
  v.string(),
  v.regex(/^[a-z]{2}$/i, "must be a country code of two letters, like de"),
  v.transform((country) => country.toLowerCase()),
);

export function inputSchemas(mode: KeyMode): InputSchemas {
  return {
    country: countrySchema,
    record: recordInputSchema(mode),
    records: recordBatchSchema(mode),
    recordKey: recordKeySchema,
    recordKeys: recordKeysSchema,
    filter: orEmpty(findFilterSchema(mode)),
    findOptions: orEmpty(findOptionsSchema(mode)),
    findOneOptions: orEmpty(findOneOptionsSchema(mode)),
    findAllOptions: orEmpty(findAllOptionsSchema(mode)),
    request: orEmpty(requestOptionsSchema),
  };
}

/** Makes an argument optional. */
export function orEmpty<Output>(schema: SchemaOf<Output>): SchemaOf<Output> {
  return v.optional(schema, {});
}
