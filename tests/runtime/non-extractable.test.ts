import { expect, it } from "vitest";
import { attaching } from "../support/attachments/attaching.ts";
import { key, password } from "../support/crypto/any-secrets.ts";
import { popStorage, unique } from "../support/pop-storage.ts";

/** Records the keys that WebCrypto creates during a task. */
async function keysMadeBy(act: () => Promise<unknown>): Promise<CryptoKey[]> {
  const { subtle } = crypto;
  const made: CryptoKey[] = [];
  const methods = ["importKey", "deriveKey", "generateKey"] as const;
  for (const method of methods) {
    const original = subtle[method].bind(subtle);
    const noting = async (...parameters: unknown[]): Promise<unknown> => {
      const result: unknown = await Reflect.apply(original, subtle, parameters);
      if (result instanceof CryptoKey) made.push(result);
      return result;
    };
    Object.defineProperty(subtle, method, { value: noting, configurable: true, writable: true });
  }
  try {
    await act();
  } finally {
    for (const method of methods) Reflect.deleteProperty(subtle, method);
  }
  return made;
}

it.each([
  ["a password", { currentVersion: 1, secrets: [password] }],
  ["a key", { currentVersion: 2, secrets: [key] }],
])("no key is extractable: %s", async (_, secrets) => {
  const made = await keysMadeBy(async () => {
    const storage = popStorage({ getSecrets: () => secrets });
    const recordKey = unique("keys");
    await storage.write("de", { recordKey, body: "sealed" });
    await storage.read("de", recordKey);
    const { add, bytes } = await attaching({ getSecrets: () => secrets });
    const { fileId } = await add({ file: new Uint8Array(3), fileName: "sealed", encrypt: true });
    await bytes(fileId);
  });
  expect(made.length).toBeGreaterThan(3);
  expect(made.filter(({ extractable }) => extractable)).toStrictEqual([]);
});
