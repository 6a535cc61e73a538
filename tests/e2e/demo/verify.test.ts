import { StorageCryptoError } from "incountry-storage";
import { expect, test } from "vitest";
import { DemoFailure, verifyAllDecrypted, verifyCount, verifyRecord } from "../../../playground/demo/verify.ts";

const original = {
  recordKey: "a",
  key1: "中村",
  key2: null,
  rangeKey1: 2n ** 53n + 1n,
  expiresAt: new Date("2030-01-01T00:00:00Z"),
};
const read = { recordKey: "a", key1: "中村", rangeKey1: 2n ** 53n + 1n, expiresAt: new Date("2030-01-01T00:00:00Z") };

test("accepts a record that is unchanged", () => {
  expect(() => verifyRecord({ ...read, version: 1, createdAt: new Date() }, original)).not.toThrow();
});

test.each([
  { change: { rangeKey1: 2 ** 53 }, field: "rangeKey1" },
  { change: { key1: "中" }, field: "key1" },
  { change: { key2: "" }, field: "key2" },
  { change: { body: "text" }, field: "body" },
  { change: { expiresAt: new Date("2030-01-01T00:00:00.001Z") }, field: "expiresAt" },
])("rejects a record with a changed $field", ({ change, field }) => {
  expect(() => verifyRecord({ ...read, ...change }, original)).toThrow(DemoFailure);
  expect(() => verifyRecord({ ...read, ...change }, original)).toThrow(field);
});

test("rejects a wrong count", () => {
  expect(() => verifyCount(2, 2, "records")).not.toThrow();
  expect(() => verifyCount(2, 3, "records")).toThrow(DemoFailure);
});

test("rejects a record that fails to decrypt", () => {
  expect(() => verifyAllDecrypted({})).not.toThrow();
  expect(() => verifyAllDecrypted({ errors: [] })).not.toThrow();
  expect(() => verifyAllDecrypted({ errors: [{ rawData: {}, error: new StorageCryptoError("no") }] })).toThrow(
    DemoFailure,
  );
});
