import type { RecordInput } from "incountry-storage";

/** Record number `index`, as it was written for the `writing`th time. */
export function recordOf(index: number, writing: number): RecordInput {
  return {
    recordKey: `record ${index}`,
    profileKey: `profile ${index % 100}`,
    rangeKey1: 9223372036854775807n - BigInt(index),
    body: `writing ${writing} of ${index}`,
  };
}
