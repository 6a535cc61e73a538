import { beforeAll, describe, it } from "vitest";
import { type Attaching, attaching } from "../../support/attachments/attaching.ts";
import { patternBytes } from "../../support/attachments/pattern-bytes.ts";
import { expectRoundTrip, expectStreamed, kindNames, mebibyte } from "../../support/attachments/round-trip.ts";

/** Sizes and kinds that tests/runtime/round-trip.test.ts omits, since they do not depend on the platform. */
const sizes = [1, 65_535, 65_536];

let to: Attaching;

beforeAll(async () => {
  to = await attaching();
});

describe.each([
  { how: "as it is", encrypt: false },
  { how: "sealed", encrypt: true },
])("a file that is sent $how", ({ encrypt }) => {
  describe.each(kindNames)("from %s", (kind) => {
    it.each(sizes)("round-trips %d bytes", async (size) => {
      await expectRoundTrip({ to, kind, encrypt }, size);
    });
  });
});

describe("a large file", () => {
  const bytes = patternBytes(8 * mebibyte);

  it.each([
    { kind: "a File", encrypt: false },
    { kind: "an ArrayBuffer", encrypt: true },
    { kind: "a part of a buffer", encrypt: true },
    { kind: "a Uint8Array", encrypt: false },
    { kind: "a ReadableStream", encrypt: false },
    { kind: "a ReadableStream", encrypt: true },
    { kind: "an async iterable", encrypt: true },
  ])("round-trips from $kind (encrypt: $encrypt) without being buffered whole", async (given) => {
    await expectStreamed({ to, ...given }, bytes);
  });
});
