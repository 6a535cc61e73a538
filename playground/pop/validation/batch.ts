import { limits } from "incountry-storage/protocol";
import * as v from "valibot";
import { type Fault, isObject, pathItem, withFaults } from "./parse.ts";
import { conditionalRecord } from "./record.ts";
import { recordKeyText } from "./values.ts";

/** The record keys of a batch. */
export const keysOfBatch = batchOf(recordKeyText, "key");

/** The records of a batch, each key once. */
export const recordsOfBatch = withFaults(batchOf(conditionalRecord, "record"), repeatedKeys);

/** A list of a size that a batch can have. */
function batchOf<Item>(item: v.GenericSchema<unknown, Item>, what: string): v.GenericSchema<unknown, Item[]> {
  return withFaults(v.array(item, "must be a list"), (input) => {
    if (!Array.isArray(input)) return [];
    if (input.length === 0) return [{ message: `must hold at least one ${what}` }];
    return input.length > limits.batchSize ? [{ message: `must hold at most ${limits.batchSize} ${what}s` }] : [];
  });
}

function repeatedKeys(input: unknown): readonly Fault[] {
  const records: readonly unknown[] = Array.isArray(input) ? input : [];
  const seen = new Set<string>();
  return records.flatMap((record, key): Fault[] => {
    if (!isObject(record) || !("record_key" in record) || typeof record.record_key !== "string") return [];
    const known = seen.has(record.record_key);
    seen.add(record.record_key);
    if (!known) return [];
    const at: v.ArrayPathItem = { type: "array", origin: "value", input: [...records], key, value: record };
    // Which of the two the writer means to keep cannot be known, so neither is dropped silently.
    return [{ message: "is in this batch already", path: [at, pathItem(record, "record_key")] }];
  });
}
