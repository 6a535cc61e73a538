import { type Field, type FieldEntry, fieldEntries } from "incountry-storage/protocol";
import * as v from "valibot";
import type { Value } from "../store/schema.ts";
import { exactObject } from "./parse.ts";
import { boolean, date, futureDate, int64, keyText, plainText, recordKeyText, version } from "./values.ts";

type ValueSchema = v.GenericSchema<unknown, Value>;

const readOnly = v.optional(v.custom<null>(() => false, "is set by the PoP and cannot be written"));

const nullable = (schema: ValueSchema): ValueSchema => v.optional(v.nullable(schema), null);

const byType: Record<Field["type"], v.GenericSchema<unknown, Value | undefined>> = {
  string: nullable(keyText),
  int64: nullable(int64),
  version: v.optional(version, 0),
  boolean: nullable(boolean),
  date: nullable(futureDate),
  attachments: readOnly,
};
const sealed = nullable(plainText);

function schemaOf({ type, protection, setBy }: FieldEntry): v.GenericSchema<unknown, Value | undefined> {
  if (setBy === "pop") return readOnly;
  return protection === "sealed" ? sealed : byType[type];
}

const fields = Object.fromEntries(fieldEntries.map((entry) => [entry.wire, schemaOf(entry)]));

/** A record to write (PROTOCOL.md, section 1). Missing fields are unset. */
export const writableRecord = exactObject({ ...fields, record_key: recordKeyText });

/** A record of a batch, with an optional condition `if_match` (POP.md, section 6). */
export const conditionalRecord = v.pipe(
  exactObject({ ...fields, record_key: recordKeyText, if_match: v.nullish(date, null) }),
  v.transform(({ if_match: ifMatch, ...record }) => ({ record, ifMatch })),
);
