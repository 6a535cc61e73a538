import { beforeAll, describe, it } from "vitest";
import { type Attaching, attaching } from "../support/attachments/attaching.ts";
import { patternBytes } from "../support/attachments/pattern-bytes.ts";
import { expectRoundTrip, expectStreamed, kindNames, mebibyte } from "../support/attachments/round-trip.ts";

/** Empty, one byte more than a piece of a sealed file, and more than one chunk of a stream. */
const sizes = [0, 65_537, mebibyte];

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

it("a large Blob that is sent sealed round-trips without being buffered whole", async () => {
  await expectStreamed({ to, kind: "a Blob", encrypt: true }, patternBytes(20 * mebibyte));
});
