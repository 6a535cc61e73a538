import type { FindResult, RecordInput, StorageRecord } from "incountry-storage";
import { fieldsWith } from "incountry-storage/protocol";

/** A result of the demo is not the expected one. */
export class DemoFailure extends Error {
  override readonly name = "DemoFailure";
}

export function verify(condition: boolean, expectation: string): asserts condition {
  if (!condition) throw new DemoFailure(`Check failed: ${expectation}.`);
}

export function verifyCount(actual: number, expected: number, noun: string): void {
  verify(actual === expected, `${expected} ${noun}, not ${actual}`);
}

/** Verifies that every field has its original value, exact to the last digit, and that unset fields are unset. */
export function verifyRecord(record: StorageRecord, original: RecordInput): void {
  for (const { name } of fieldsWith({ setBy: "caller" })) {
    verify(
      comparable(record[name]) === comparable(original[name]),
      `${name} of ${original.recordKey} has its original value`,
    );
  }
}

export function verifyAllDecrypted(result: Pick<FindResult, "errors">): void {
  verifyCount(result.errors?.length ?? 0, 0, "records that failed to decrypt");
}

function comparable(value: RecordInput[keyof RecordInput]): string | number | bigint | null {
  return value instanceof Date ? value.getTime() : (value ?? null);
}
