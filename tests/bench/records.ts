import type { RecordInput } from "incountry-storage";

/** The length of each record's body. */
const bodyLength = 200;

/** Record number `index` of a benchmark: five distinct hashed keys, and a body of 200 bytes. */
export function benchRecord(index: number): RecordInput {
  const number = String(index).padStart(8, "0");
  return {
    recordKey: `record-${number}`,
    profileKey: `profile-${number}`,
    serviceKey1: `service-${number}`,
    key1: `first-${number}`,
    key2: `second-${number}`,
    rangeKey1: index,
    body: `${number} `.repeat(Math.ceil(bodyLength / 9)).slice(0, bodyLength),
  };
}

export function benchRecords(count: number, first = 0): RecordInput[] {
  return Array.from({ length: count }, (_, index) => benchRecord(first + index));
}
