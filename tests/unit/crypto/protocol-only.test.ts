/**
 * Decrypts a record of this package with the facts of PROTOCOL.md alone, on node:crypto and without src/. Also decrypts
 * a record that was encrypted that way with this package.
 */
import { createCipheriv, createDecipheriv, createHash, pbkdf2Sync, randomBytes } from "node:crypto";
import { Storage } from "incountry-storage";
import { object, parse, string } from "valibot";
import { describe, expect, it } from "vitest";
import { cannedPop } from "../../support/canned-pop.ts";

const environmentId = "protocol-alone";
const key = randomBytes(32);
const secrets = [
  {
    title: "a password",
    keyOf: (salt: Buffer) => pbkdf2Sync("пароль 🔑", salt, 10_000, 32, "sha512"),
    secret: "пароль 🔑",
  },
  { title: "a key", keyOf: () => key, secret: key.toString("base64") },
];

const hash = (value: string): string => createHash("sha256").update(`${value}:${environmentId}`, "utf8").digest("hex");

function storageOf(secret: (typeof secrets)[number], response: unknown): { storage: Storage; sent: () => unknown } {
  const pop = cannedPop(response);
  const isKey = secret.title === "a key";
  const storage = new Storage({
    environmentId,
    endpoint: "https://pop.example",
    apiKey: "key",
    fetch: pop.fetch,
    getSecrets: () => ({ currentVersion: 3, secrets: [{ secret: secret.secret, version: 3, isKey }] }),
  });
  return { storage, sent: () => pop.sent[0]?.body };
}

describe.each(secrets)("with $title", (secret) => {
  it("ciphertexts of this package decrypt by the protocol", async () => {
    const { storage, sent } = storageOf(secret, "OK");
    await storage.write("us", { recordKey: "Ключ 1", key1: "", body: "тело 🛂", precommitBody: "draft" });
    const wire = parse(
      object({ record_key: string(), key1: string(), body: string(), precommit_body: string() }),
      sent(),
    );
    expect(wire.record_key).toBe(hash("Ключ 1"));
    expect(wire.key1).toBe(hash(""));
    const open = (ciphertext: string): string => {
      expect(ciphertext).toMatch(/^2:[A-Za-z0-9+/]+=*$/);
      const packed = Buffer.from(ciphertext.slice(2), "base64");
      const [salt, iv] = [packed.subarray(0, 64), packed.subarray(64, 76)];
      const decipher = createDecipheriv("aes-256-gcm", secret.keyOf(salt), iv);
      decipher.setAuthTag(packed.subarray(-16));
      return Buffer.concat([decipher.update(packed.subarray(76, -16)), decipher.final()]).toString("utf8");
    };
    expect(JSON.parse(open(wire.body))).toStrictEqual({
      meta: { record_key: "Ключ 1", key1: "" },
      payload: "тело 🛂",
    });
    expect(open(wire.precommit_body)).toBe("draft");
  });

  it("ciphertexts made by the protocol decrypt with this package", async () => {
    const seal = (text: string): string => {
      const [salt, iv] = [randomBytes(64), randomBytes(12)];
      const cipher = createCipheriv("aes-256-gcm", secret.keyOf(salt), iv);
      const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
      return `2:${Buffer.concat([salt, iv, sealed]).toString("base64")}`;
    };
    const envelope = { meta: { key: "old name", unknown: 1, key2: "two" }, payload: null };
    const { storage } = storageOf(secret, {
      record_key: hash("old name"),
      key2: hash("two"),
      body: seal(JSON.stringify(envelope)),
      precommit_body: seal("draft"),
      version: 3,
      is_encrypted: true,
    });
    const { record } = await storage.read("us", "old name");
    expect(record).toStrictEqual({
      recordKey: "old name",
      key2: "two",
      precommitBody: "draft",
      version: 3,
      isEncrypted: true,
    });
  });
});
