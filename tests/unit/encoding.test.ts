import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { toHex } from "../../src/encoding.ts";

it("writes the bytes of another realm in hex, such as a Buffer in a test environment", () => {
  expect(toHex(runInNewContext("new (class Buffer extends Uint8Array {})([1, 171])"))).toBe("01ab");
});
