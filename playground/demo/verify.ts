import type { FindResult, RecordInput, StorageRecord } from "incountry-storage";
import { fieldsWith } from "incountry-storage/protocol";

/** Something in the demo is not as it has to be. */
export class DemoFailure extends Error {
  override readonly name = "DemoFailure";
}

export function verify(condition: boolean, expectation: string): asserts condition {
  if (!condition) throw new DemoFailure(`Not as expected: ${expectation}.`);
}

export function verifyCount(actual: number, expected: number, what: string): void {
  verify(actual === expected, `${expected} ${what}, not ${actual}`);
}

/** Each field that a caller sets has to come back as it was given: exact to the last digit, the unset ones unset. */
export function verifyRecord(record: StorageRecord, original: RecordInput): void {
  for (const { name } of fieldsWith({ setBy: "caller" })) {
    verify(
      comparable(record[name]) === comparable(original[name]),
      `${name} of ${original.recordKey} is read as it was written`,
    );
  }
}

export function verifyAllOpened(result: Pick<FindResult, "errors">): void {
  verifyCount(result.errors?.length ?? 0, 0, "records that do not open");
}

function comparable(value: RecordInput[keyof RecordInput]): string | number | bigint | null {
  return value instanceof Date ? value.getTime() : (value ?? null);
}
