import type { RecordInput } from "incountry-storage";

/** Record number `index` in its version number `writing`. */
export function recordOf(index: number, writing: number): RecordInput {
  return {
    recordKey: `record ${index}`,
    profileKey: `profile ${index % 100}`,
    rangeKey1: 9223372036854775807n - BigInt(index),
    body: `writing ${writing} of ${index}`,
  };
}
