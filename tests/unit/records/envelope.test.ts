import { describe, expect, it } from "vitest";
import { cannedPop } from "../../support/canned-pop.ts";
import { pageOf } from "../../support/crypto/sealed-parts.ts";
import { popStorage } from "../../support/pop-storage.ts";

const recordKeyHash = "5e".repeat(32);

/** The one record of a page with this text as its readable body. */
async function opened(text: string): Promise<unknown> {
  const body = `pt:${btoa(text)}`;
  const { fetch } = cannedPop(pageOf([{ record_key: recordKeyHash, version: 0, body }]));
  const { records, errors } = await popStorage({ fetch, encrypt: false }).find("de");
  return errors?.map(({ error }) => error.name) ?? records;
}

describe("an envelope", () => {
  it.each([
    ['{"x":1}', '{"x":1}'],
    ["[9007199254740993]", "[9007199254740993]"],
    ["5", "5"],
    ["false", "false"],
  ])("whose payload is %s instead of a text has its JSON as the body", async (payload, body) => {
    const text = `{"meta":{"profile_key":"p"},"payload":${payload}}`;
    expect(await opened(text)).toMatchObject([{ recordKey: recordKeyHash, profileKey: "p", body }]);
  });

  it("whose payload is not a text is still verified against its record", async () => {
    expect(await opened('{"meta":{"record_key":"another"},"payload":{"x":1}}')).toStrictEqual([
      "StorageIntegrityError",
    ]);
  });

  it.each(["{}", '{"meta":"text","payload":"p"}', '{"meta":[],"payload":"p"}', "[1]", "null", "{broken"])(
    "is not %s: that is the body itself",
    async (text) => {
      expect(await opened(text)).toMatchObject([{ recordKey: recordKeyHash, body: text }]);
    },
  );
});
