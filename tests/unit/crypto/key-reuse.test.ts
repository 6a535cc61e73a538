import { Storage, type StorageOptions } from "incountry-storage";
import { afterEach, describe, expect, it, vi } from "vitest";
import { cannedPop } from "../../support/canned-pop.ts";
import { pageOf, partsOf, type SentRecord, sentRecords } from "../../support/crypto/sealed-parts.ts";
import { countDerivations } from "./count-derivations.ts";

const password = "a password of the tests of keys";
const key = { secret: btoa("a key of thirty-two bytes length"), version: 1, isKey: true };

function storageOf(response: unknown, options: Partial<StorageOptions> = {}) {
  const pop = cannedPop(response);
  const base = { environmentId: "keys", endpoint: "https://pop.example", apiKey: "key", fetch: pop.fetch };
  const storage = new Storage({ ...base, getSecrets: () => password, ...options });
  const sent = (): SentRecord[] => pop.sent.flatMap(({ body }) => sentRecords(body));
  return { storage, sent, bodies: () => sent().map(({ body }) => body) };
}

const records = (count: number) => Array.from({ length: count }, (_, index) => ({ recordKey: `record ${index}` }));

const distinct = (values: readonly string[]): number => new Set(values).size;

async function sealedBy(options: Partial<StorageOptions>, count: number): Promise<SentRecord[]> {
  const { storage, sent } = storageOf("OK", options);
  await storage.batchWrite("us", records(count));
  return sent();
}

afterEach(() => {
  vi.useRealTimers();
});

describe("one derived key", () => {
  it("encrypts all records of a Storage, with a nonce each", async () => {
    const { storage, bodies } = storageOf("OK");
    const derivations = await countDerivations(async () => {
      for (let batch = 0; batch < 10; batch += 1) await storage.batchWrite("us", records(100));
    });
    const parts = bodies().map(partsOf);
    expect(derivations).toBe(1);
    expect(distinct(parts.map(({ salt }) => salt))).toBe(1);
    expect(distinct(parts.map(({ iv }) => iv))).toBe(1000);
  });

  it("is derived once for all concurrent calls", async () => {
    const { storage, bodies } = storageOf("OK");
    const calls = () => Promise.all(Array.from({ length: 20 }, () => storage.batchWrite("us", records(5))));
    expect(await countDerivations(calls)).toBe(1);
    expect(distinct(bodies().map((body) => partsOf(body).salt))).toBe(1);
  });

  it("is not shared with another Storage", async () => {
    const [one, other] = [storageOf("OK"), storageOf("OK")];
    await Promise.all([one.storage.batchWrite("us", records(2)), other.storage.batchWrite("us", records(2))]);
    expect(distinct([...one.bodies(), ...other.bodies()].map((body) => partsOf(body).salt))).toBe(2);
  });

  it.each([1, 2, 3, 7])("encrypts no more than maxMessages: %d", async (maxMessages) => {
    const { storage, bodies } = storageOf("OK", { keyReuse: { maxMessages } });
    const derivations = await countDerivations(() => storage.batchWrite("us", records(20)));
    const bySalt = new Map<string, number>();
    for (const { salt } of bodies().map(partsOf)) bySalt.set(salt, (bySalt.get(salt) ?? 0) + 1);
    expect(derivations).toBe(Math.ceil(20 / maxMessages));
    expect(bySalt.size).toBe(derivations);
    expect(Math.max(...bySalt.values())).toBe(maxMessages);
  });

  it("is not used after maxAge, nor after the clock was set back", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000 });
    const { storage, bodies } = storageOf("OK", { keyReuse: { maxAge: 5000 } });
    for (const now of [1_000_000, 1_004_999, 1_005_000, 1_009_999, 900_000, 904_999]) {
      vi.setSystemTime(now);
      await storage.batchWrite("us", records(1));
    }
    const salts = bodies().map((body) => partsOf(body).salt);
    expect(salts.map((salt) => salts.indexOf(salt))).toStrictEqual([0, 0, 2, 2, 4, 4]);
  });

  it("is not needed for a secret that is a key", async () => {
    const { storage, bodies } = storageOf("OK", { getSecrets: () => ({ currentVersion: 1, secrets: [key] }) });
    expect(await countDerivations(() => storage.batchWrite("us", records(100)))).toBe(0);
    const parts = bodies().map(partsOf);
    expect([distinct(parts.map(({ salt }) => salt)), distinct(parts.map(({ iv }) => iv))]).toStrictEqual([100, 100]);
  });

  it.each([
    { maxMessages: 0 },
    { maxMessages: 2 ** 32 + 1 },
    { maxMessages: 1.5 },
    { maxMessages: Number.NaN },
    { maxAge: 0 },
    { maxAge: -1 },
    { maxAge: Number.NaN },
  ])("is rejected with %j", (keyReuse) => {
    expect(() => storageOf("OK", { keyReuse })).toThrow(
      expect.objectContaining({ name: "StorageConfigError", message: expect.stringContaining("options.keyReuse.max") }),
    );
  });
});

describe("decryption", () => {
  it("derives a key for each salt, once for all concurrent calls", async () => {
    const page = pageOf([...(await sealedBy({ keyReuse: { maxMessages: 10 } }, 50)), ...(await sealedBy({}, 50))]);
    const { storage } = storageOf(page);
    const opened = async (): Promise<void> => {
      const results = await Promise.all([storage.find("us"), storage.find("us"), storage.find("us")]);
      expect(results.map(({ records: opened }) => opened.length)).toStrictEqual([100, 100, 100]);
    };
    expect(await countDerivations(opened)).toBe(6);
    expect(await countDerivations(opened)).toBe(0);
  });

  it("derives no key for the Storage's own ciphertexts", async () => {
    const responses: unknown[] = ["OK"];
    const sent: unknown[] = [];
    const { storage } = storageOf("", {
      fetch: async (input, init) => {
        sent.push(JSON.parse(await new Request(input, init).text()));
        const response = responses.shift();
        return new Response(response === "OK" ? "OK" : JSON.stringify(response));
      },
    });
    await storage.batchWrite("us", records(10));
    responses.push(pageOf(sentRecords(sent[0])));
    const found = async (): Promise<void> => expect((await storage.find("us")).records).toHaveLength(10);
    expect(await countDerivations(found)).toBe(0);
  });

  it("drops the keys of a secret that getSecrets no longer returns", async () => {
    const page = pageOf(await sealedBy({}, 3));
    let secret = password;
    const { storage } = storageOf(page, { getSecrets: () => secret });
    expect(await countDerivations(() => storage.find("us"))).toBe(1);
    expect(await countDerivations(() => storage.find("us"))).toBe(0);
    secret = "another password";
    const { errors = [] } = await storage.find("us");
    expect(errors.map(({ error }) => error.name)).toStrictEqual(Array(3).fill("StorageCryptoError"));
    secret = password;
    expect(await countDerivations(() => storage.find("us"))).toBe(1);
  });
});
