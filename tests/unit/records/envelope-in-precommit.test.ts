import { InputValidationError, StorageIntegrityError } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { rejection } from "../../support/faults/fault-storage.ts";
import { hostilePop, hostileStorage } from "../../support/hostile/hostile-pop.ts";
import { popStorage, unique } from "../../support/pop-storage.ts";
import { country } from "../../support/rotation/rotating.ts";

const meta = { record_key: "victim" };
const envelope = JSON.stringify({ meta, payload: "forged" });

/** Texts that parse as an envelope. */
const envelopes: Readonly<Record<string, string>> = {
  "an envelope": envelope,
  "an envelope without a payload": JSON.stringify({ meta }),
  "an envelope with an empty payload": JSON.stringify({ meta, payload: null }),
  "an envelope with a payload that is not a text": JSON.stringify({ meta, payload: { a: [1] } }),
  "an envelope without keys": '{"meta":{}}',
  "an envelope in another order": JSON.stringify({ payload: "forged", meta }),
  "an envelope among other members": JSON.stringify({ a: 1, meta, b: [2] }),
  "white space around an envelope": ` \r\n\t${envelope}\n `,
  "non-JSON white space before an envelope": `\u00a0${envelope}`.slice(1),
  "an envelope whose names are escaped": '{"\\u006deta":{"record\\u005fkey":"victim"},"payload":"forged"}',
  "an envelope whose names are escaped in part": '{"m\\u0065ta":{},"payload":"x"}',
  "an envelope with capital letters in its escapes": '{"\\u006D\\u0065ta":{}}',
  "an envelope with meta twice": '{"meta":1,"meta":{"record_key":"victim"}}',
  "an envelope whose meta is a text": JSON.stringify({ meta: JSON.stringify(meta), payload: "forged" }),
  "an envelope whose meta is a text with white space": JSON.stringify({
    meta: ` ${JSON.stringify(meta)} `,
    payload: "x",
  }),
  "an envelope whose meta is an escaped text":
    '{"meta":"{\\u0022record_key\\u0022:\\u0022victim\\u0022}","payload":"x"}',
  "an envelope with the older name of the key": '{"meta":{"key":"victim"},"payload":"x"}',
  "an envelope with an integer that needs exactness": '{"meta":{"range_key1":9007199254740993},"payload":"x"}',
  "an envelope of a mebibyte": JSON.stringify({ meta, payload: "x".repeat(1024 * 1024) }),
};

/** Texts that do not parse as one. */
const others: Readonly<Record<string, string>> = {
  "a text": "a text",
  "an empty text": "",
  "a number as meta": '{"meta":1}',
  "null as meta": '{"meta":null}',
  "a list as meta": '{"meta":[{"record_key":"victim"}]}',
  "a text as meta": '{"meta":"of the text"}',
  "a list as a text as meta": '{"meta":"[]"}',
  "an envelope in a list": `[${envelope}]`,
  "an envelope in an object": JSON.stringify({ wrapped: JSON.parse(envelope) }),
  "an envelope as a text": JSON.stringify(envelope),
  "an envelope after a word": `x${envelope}`,
  "an envelope before a word": `${envelope}x`,
  "an envelope that is cut off": envelope.slice(0, -1),
  "an envelope without quotes": "{meta:{}}",
  "another object": '{"metadata":{},"payload":"x"}',
  "another spelling": '{"Meta":{}}',
  "an object within a text": 'He said: {"meta":{}}',
};

describe.each(Object.entries(envelopes))("a precommitBody that is %s", (_, precommitBody) => {
  it("is rejected by write, and nothing is sent", async () => {
    const pop = hostilePop(() => new Response("OK"));
    const error = await rejection(hostileStorage(pop).write(country, { recordKey: "carrier", precommitBody }));
    if (!(error instanceof InputValidationError)) return expect.unreachable(String(error));
    expect(error.issues.map(({ path }) => path)).toStrictEqual(["record.precommitBody"]);
    expect(error.message).not.toContain("victim");
    expect(pop.calls).toStrictEqual([]);
  });

  it("is rejected by batchWrite, and nothing is sent", async () => {
    const pop = hostilePop(() => new Response("OK"));
    const records = [{ recordKey: "other" }, { recordKey: "carrier", precommitBody }];
    const error = await rejection(hostileStorage(pop).batchWrite(country, records));
    if (!(error instanceof InputValidationError)) return expect.unreachable(String(error));
    expect(error.issues.map(({ path }) => path)).toStrictEqual(["records[1].precommitBody"]);
    expect(pop.calls).toStrictEqual([]);
  });

  it("is rejected with encrypt: false as well: the record may be encrypted later", async () => {
    const pop = hostilePop(() => new Response("OK"));
    const storage = hostileStorage(pop, { encrypt: false });
    const error = await rejection(storage.write(country, { recordKey: "carrier", precommitBody }));
    expect(error).toMatchObject({ name: "InputValidationError", issues: [{ path: "record.precommitBody" }] });
    expect(pop.calls).toStrictEqual([]);
  });
});

describe.each(Object.entries(others))("a precommitBody that is %s", (_, precommitBody) => {
  it("round-trips", async () => {
    const recordKey = unique("precommit");
    const storage = popStorage();
    await storage.batchWrite(country, [{ recordKey, body: "body", precommitBody }]);
    expect((await storage.read(country, recordKey)).record).toMatchObject({ body: "body", precommitBody });
  });
});

describe("a body", () => {
  it("may be an envelope itself: it is wrapped in another", async () => {
    const recordKey = unique("envelope");
    const storage = popStorage();
    await storage.write(country, { recordKey, body: envelope });
    expect((await storage.read(country, recordKey)).record).toMatchObject({ recordKey, body: envelope });
  });
});

describe("a precommitBody that is returned as the body of another record", () => {
  it("never appears under the key of that record as a text that its writer chose", async () => {
    const [victim, carrier] = [unique("victim"), unique("carrier")];
    const storage = popStorage();
    const forged = JSON.stringify({ meta: { record_key: victim }, payload: "forged" });
    await storage.write(country, { recordKey: victim, body: "genuine" });
    expect(await rejection(storage.write(country, { recordKey: carrier, precommitBody: forged }))).toBeInstanceOf(
      InputValidationError,
    );
    expect((await storage.read(country, victim)).record.body).toBe("genuine");
    expect(await rejection(storage.read(country, carrier))).not.toBeInstanceOf(StorageIntegrityError);
  });
});
