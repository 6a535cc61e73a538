import { limits } from "incountry-storage/protocol";
import * as v from "valibot";
import { duplicatesIn, type Issue, isObject, listOf, withIssues } from "./parse.ts";
import { conditionalRecord } from "./record.ts";
import { recordKeyText } from "./values.ts";

const size = { min: 1, max: limits.batchSize } as const;

export const keysOfBatch = listOf(recordKeyText, { ...size, what: "key" });

export const recordsOfBatch = withIssues(listOf(conditionalRecord, { ...size, what: "record" }), repeatedKeys);

function repeatedKeys(input: unknown): readonly Issue[] {
  if (!Array.isArray(input) || input.length > size.max) return [];
  return duplicatesIn(input, recordKeyOf).map((at) => {
    const { value: input } = at;
    const key: v.UnknownPathItem = { type: "unknown", origin: "value", input, key: "record_key", value: null };
    return { message: "is in this batch already", path: [at, key] };
  });
}

function recordKeyOf(record: unknown): string | undefined {
  if (!isObject(record)) return undefined;
  const key = record["record_key"];
  return typeof key === "string" ? key : undefined;
}
