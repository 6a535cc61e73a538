import { describe, expect, it } from "vitest";
import { patternBytes } from "../../../support/attachments/pattern-bytes.ts";
import { openIndependently } from "../../../support/fixtures/independent-sealing.ts";
import vectors from "../../../support/fixtures/sealed-files.json" with { type: "json" };
import { makeVectors } from "../../../support/fixtures/sealed-vectors.ts";

describe("tests/support/fixtures/sealed-files.json", () => {
  it("is what an implementation of SEALED-FILES.md without code from src/ writes", () => {
    expect(vectors).toStrictEqual(makeVectors());
  });

  it.each(vectors)("$about: decrypts by SEALED-FILES.md alone", (vector) => {
    const secret = vector.password ?? Buffer.from(vector.keyBase64 ?? "", "base64");
    const opened = openIndependently(Buffer.from(vector.sealedBase64, "base64"), {
      secret: { version: vector.version, secret },
      record: vector.record,
    });
    expect(opened.metadata).toStrictEqual(vector.metadata);
    expect(opened.bytes.equals(patternBytes(vector.length))).toBe(true);
  });
});
