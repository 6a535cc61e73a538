import type { CustomEncryptionConfig } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { key, password, storageWith, write } from "../../support/crypto/any-secrets.ts";
import type { SentRecord } from "../../support/crypto/sealed-parts.ts";
import { xorHex } from "../../support/fixtures/vectors.ts";
import { current, custom, customKey, opened, reversing, sealed } from "./custom-storage.ts";

class Shifting {
  readonly version = "shifting";
  readonly isCurrent = true;
  readonly #by = 1;

  async encrypt(input: string): Promise<string> {
    return this.#shift(input, this.#by);
  }

  decrypt(input: string): string {
    return this.#shift(input, -this.#by);
  }

  #shift(text: string, by: number): string {
    return Array.from(text, (letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + by)).join("");
  }
}

/** Has more than the required members: fields, an unknown name, a tag. */
class Module implements CustomEncryptionConfig {
  readonly version = "module";
  readonly isCurrent = true;
  readonly versions = 1;
  readonly [Symbol.toStringTag] = "Module";
  readonly client: object;

  constructor(client: object) {
    this.client = client;
  }

  encrypt(...given: Parameters<CustomEncryptionConfig["encrypt"]>): string | Promise<string> {
    return reversing.encrypt(...given);
  }

  decrypt(...given: Parameters<CustomEncryptionConfig["decrypt"]>): string | Promise<string> {
    return reversing.decrypt(...given);
  }
}

describe("an instance of a class", () => {
  it("keeps its `this`, and may be asynchronous", async () => {
    const records = await sealed([new Shifting()]);
    expect(await opened(records, [new Shifting()])).toMatchObject({ records: [{ body: expect.any(String) }] });
  });

  it("may have other fields, whatever their names and its tag", async () => {
    const records = await sealed([new Module({ name: "a client" })]);
    expect(await opened(records, [new Module({ name: "another" })])).toMatchObject({ records: [{ body: "the body" }] });
  });
});

describe("custom encryption", () => {
  it("encrypts if it is current, and decrypts", async () => {
    const records = await sealed([current]);
    expect(records).toMatchObject([{ version: 9, body: expect.stringMatching(`^c${btoa("reversing: 1")}:`) }]);
    expect((await opened(records, [reversing], { ...custom, currentVersion: 1 })).records).toMatchObject([
      { recordKey: "one", body: "the body" },
    ]);
  });

  it("works next to others, each by its version, and next to passwords and keys", async () => {
    const [hex, plain] = [
      { ...xorHex, isCurrent: false },
      { ...reversing, version: "пароль", isCurrent: false },
    ];
    const secrets = { currentVersion: 9, secrets: [customKey(8), customKey(9), password, key] };
    const configurations = [hex, plain, reversing];
    const records: SentRecord[] = [];
    for (const [index, each] of configurations.entries()) {
      const currentVersion = index === 0 ? 8 : 9;
      records.push(
        ...(await sealed(configurations.with(index, { ...each, isCurrent: true }), { ...secrets, currentVersion })),
      );
    }
    for (const currentVersion of [1, 2])
      records.push(...(await sealed(configurations, { ...secrets, currentVersion })));
    expect(records.map(({ version }) => version)).toStrictEqual([8, 9, 9, 1, 2]);
    expect(new Set(records.map(({ body }) => body.split(":")[0])).size).toBe(4);
    const { records: read, errors } = await opened(records, configurations, { ...secrets, currentVersion: 1 });
    expect(errors).toBeUndefined();
    expect(read.map(({ body }) => body)).toStrictEqual(Array(5).fill("the body"));
  });

  it("is packed as configured, and both packings are read by either", async () => {
    const [packed, raw] = [
      await sealed([{ ...current, encoding: "base64" }]),
      await sealed([{ ...current, encoding: "raw" }]),
    ];
    expect(raw[0]?.body).toContain(`c${btoa("reversing: 1")}:9|}`);
    expect(atob(packed[0]?.body.split(":")[1] ?? "")).toMatch(/^9\|\}/);
    for (const encoding of ["base64", "raw", undefined] as const) {
      const { records } = await opened([...packed, ...raw], [{ ...current, encoding }]);
      expect(records.map(({ body }) => body)).toStrictEqual(["the body", "the body"]);
    }
  });

  it("gets the text, its own copy of the key, and the key's version", async () => {
    const seen: unknown[] = [];
    const wiping: CustomEncryptionConfig = {
      ...current,
      encrypt: (text, bytes, version) => {
        seen.push([text, [...bytes], version]);
        bytes.fill(0);
        return reversing.encrypt(text, bytes, version);
      },
    };
    const { storage } = storageWith(() => custom, "OK", { customEncryptionConfigs: [wiping] });
    for (let call = 0; call < 2; call += 1) await write(storage);
    const text = JSON.stringify({ meta: { record_key: "one" }, payload: "the body" });
    const call = [text, Array(14).fill("k".charCodeAt(0)), 9];
    expect(seen).toStrictEqual([call, call]);
  });

  it("is tried by validate with each of its keys, and no other", async () => {
    const tried = new Map<string, Set<number>>();
    const noting = (version: string): CustomEncryptionConfig => ({
      ...reversing,
      version,
      decrypt: (text, bytes, keyVersion) => {
        tried.set(version, (tried.get(version) ?? new Set()).add(keyVersion));
        return reversing.decrypt(text, bytes, keyVersion);
      },
    });
    const secrets = { currentVersion: 1, secrets: [password, key, customKey(5), customKey(6)] };
    const { storage } = storageWith(() => secrets, "OK", { customEncryptionConfigs: [noting("a"), noting("b")] });
    await storage.validate();
    expect([...tried]).toStrictEqual([
      ["a", new Set([5, 6])],
      ["b", new Set([5, 6])],
    ]);
  });
});
