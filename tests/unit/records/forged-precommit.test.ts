import { type Storage, StorageIntegrityError } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { rejection } from "../../support/faults/fault-storage.ts";
import { encoded, encodedBody } from "../../support/hostile/hostile-pop.ts";
import { popStorage, unique } from "../../support/pop-storage.ts";
import { country, rotating } from "../../support/rotation/rotating.ts";
import { secrets } from "../../support/rotation/secrets.ts";
import {
  responding,
  stored,
  type Target,
  uniqueNumber,
  type Wire,
  waysToOpen,
  waysToRotate,
  writing,
} from "../../support/storage/tampering.ts";

const before = { getSecrets: () => secrets.before };

/** Two records; the PoP returns a forgery of the first. */
async function forging(change: (wire: Wire) => Wire): Promise<Target> {
  const rangeKey1 = uniqueNumber();
  const [recordKey, other] = [unique("forged"), unique("genuine")];
  await popStorage(before).batchWrite(country, [
    { recordKey, rangeKey1, rangeKey2: 0, body: "genuine", precommitBody: "genuine" },
    { recordKey: other, rangeKey1, rangeKey2: 1, body: "genuine" },
  ]);
  const fetch = responding((wire) => (wire.range_key2 === 0 ? change(wire) : wire));
  return { storage: rotating({ fetch }).newer, recordKey, filter: { rangeKey1 } };
}

const readableBeside = (wire: Wire): Wire => ({ ...wire, precommit_body: encoded("x") });
const readableBesideBoth = (wire: Wire): Wire => ({ ...readableBeside(wire), is_encrypted: true, version: 0 });
const forgeries: [what: string, change: (wire: Wire) => Wire][] = [
  ["a readable precommitBody next to an encrypted body", readableBeside],
  ["the same under an unknown version", readableBesideBoth],
  ["a readable envelope", (wire) => ({ ...wire, precommit_body: encodedBody("x") })],
  ["a readable space", (wire) => ({ ...wire, precommit_body: encoded(" ") })],
];

describe.each(forgeries)("a PoP that returns %s", (_, change) => {
  it.each(Object.entries(waysToOpen))(
    "%s: is rejected, and the genuine record next to it decrypts",
    async (way, open) => {
      const { refused, opened } = await open(await forging(change));
      expect(refused).toHaveLength(1);
      // The secret of version 0 does not exist either, which may be detected first.
      if (change !== readableBesideBoth) expect(refused[0]).toBeInstanceOf(StorageIntegrityError);
      else expect(refused[0]).toMatchObject({ name: expect.stringMatching(/^Storage(?:Integrity|Crypto)Error$/) });
      if (way === "find" || way === "findAll with onError") expect(opened).toStrictEqual([1]);
    },
  );

  it.each(Object.entries(waysToRotate))("%s: leaves the record unchanged", async (__, rotate) => {
    const target = await forging(change);
    const { rangeKey1 } = target.filter;
    const [genuine] = await stored(rangeKey1, before);
    const { refused } = await rotate(target);
    expect(refused).toHaveLength(1);
    expect((await stored(rangeKey1, before))[0]).toStrictEqual(genuine);
  });
});

describe("an empty precommitBody that is not encrypted", () => {
  it.each(["", "pt:"])("decrypts to the empty string next to an encrypted body: %j", async (empty) => {
    const { storage, recordKey } = await forging((wire) => ({ ...wire, precommit_body: empty }));
    const { record } = await storage.read(country, recordKey);
    expect(record).toMatchObject({ body: "genuine", precommitBody: "", isEncrypted: true });
  });
});

const isEncryptedOf = async (storage: Storage, recordKey: string): Promise<unknown> =>
  (await storage.read(country, recordKey)).record.isEncrypted;

describe("isEncrypted", () => {
  it("is true for a record whose bodies are both encrypted", async () => {
    const { storage, recordKey } = await forging((wire) => ({ ...wire, is_encrypted: false }));
    expect(await isEncryptedOf(storage, recordKey)).toBe(true);
  });

  it.each<[string, (wire: Wire) => Wire]>([
    ["a readable body", (wire) => ({ ...wire, body: encodedBody("x"), precommit_body: null })],
    ["a readable body next to an encrypted precommitBody", (wire) => ({ ...wire, body: encodedBody("x") })],
    ["readable bodies", (wire) => ({ ...wire, body: encodedBody("x"), precommit_body: encoded("x") })],
    ["a readable precommitBody alone", (wire) => ({ ...wire, body: null, precommit_body: encoded("x") })],
    ["no body at all", (wire) => ({ ...wire, body: null, precommit_body: null })],
    ["an empty body", (wire) => ({ ...wire, body: "pt:", precommit_body: null })],
  ])("is never true for %s, whatever the PoP returns", async (_, change) => {
    const { storage, recordKey } = await forging((wire) => ({ ...change(wire), is_encrypted: true }));
    const { record } = await storage.read(country, recordKey);
    expect(record.isEncrypted).toBe(false);
  });

  it("is false for a record written with encrypt: false, which still decrypts", async () => {
    const recordKey = unique("readable");
    const storage = popStorage({ encrypt: false });
    await storage.write(country, { recordKey, body: "body", precommitBody: "precommit" });
    const { record } = await popStorage().read(country, recordKey);
    expect(record).toMatchObject({ body: "body", precommitBody: "precommit", isEncrypted: false });
  });

  it("cannot be forged by replacing only the precommitBody with a readable one", async () => {
    const recordKey = unique("replaced");
    const replacing = popStorage({ fetch: writing((wire) => ({ ...wire, precommit_body: encoded("x") })) });
    await replacing.write(country, { recordKey, body: "body" });
    expect(await rejection(popStorage().read(country, recordKey))).toBeInstanceOf(StorageIntegrityError);
  });
});
