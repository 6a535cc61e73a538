import { Storage, StorageCryptoError } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { cannedPop } from "../support/canned-pop.ts";
import { vectors } from "../support/fixtures/vectors.ts";

const environmentId = "vectors";

async function open(secret: string | null, body: string, version: number): Promise<string | undefined> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`one:${environmentId}`));
  const recordKey = Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const storage = new Storage({
    environmentId,
    endpoint: "https://pop.example",
    apiKey: "key",
    fetch: cannedPop({ record_key: recordKey, body, version }).fetch,
    ...(secret === null ? { encrypt: false } : { getSecrets: () => secret }),
  });
  const { record } = await storage.read("us", "one");
  return record.body;
}

describe("a ciphertext of the reference SDK", () => {
  it.each(vectors.ciphertexts)("decrypts: $cipher", async ({ secret, cipher, plain, keyVersion }) => {
    expect(await open(secret, cipher, keyVersion)).toBe(plain);
  });

  const sealed = vectors.ciphertexts.filter(({ secret }) => secret !== null);

  it.each(sealed)("is rejected with another secret: $cipher", async ({ secret, cipher, keyVersion }) => {
    await expect(open(`${secret}x`, cipher, keyVersion)).rejects.toThrow(StorageCryptoError);
  });

  it.each(sealed)("is rejected if any bit is flipped: $cipher", async ({ secret, cipher, keyVersion }) => {
    const [format = "", packed = ""] = cipher.split(":");
    for (const place of [0, Math.floor(packed.length / 2), packed.length - 8]) {
      const letter = packed[place] === "a" ? "b" : "a";
      const altered = `${format}:${packed.slice(0, place)}${letter}${packed.slice(place + 1)}`;
      await expect(open(secret, altered, keyVersion)).rejects.toThrow(StorageCryptoError);
    }
  });
});

describe("an invalid ciphertext", () => {
  const vector = vectors.ciphertexts.find(({ cipher }) => cipher.startsWith("2:"));
  const packed = vector?.cipher.slice(2) ?? "";
  const damaged = [
    "",
    "no colon",
    ":",
    "3:AAAA",
    "pt:%%%",
    "pt:QUJ",
    "pt:/w==",
    `2:${packed.slice(0, 40)}`,
    `2:${packed.slice(0, -1)}`,
    `2: ${packed.slice(1)}`,
    `2:${packed}====`,
    `1:${packed}`,
    "1:abc",
    "2:",
    "c!!:AAAA",
    "ceG9y:AAAA",
  ];

  it.each(damaged)("is rejected: %s", async (text) => {
    await expect(open("correct horse battery staple", text, 0)).rejects.toThrow(StorageCryptoError);
  });

  it("is rejected with the same message, whatever the cause", async () => {
    const messages = new Set<string>();
    for (const text of damaged.filter((text) => !text.startsWith("ceG9y"))) {
      await open("correct horse battery staple", text, 0).catch((error: Error) => messages.add(error.message));
    }
    expect([...messages]).toHaveLength(1);
  });
});
