import { describe, expect, it } from "vitest";
import { type Decrypt, secretsFromKms } from "../../playground/examples/aws-kms.ts";
import { askInDialog, passwordPrompt } from "../../playground/examples/password-prompt.ts";
import { popStorage, unique } from "../support/pop-storage.ts";

/** Stands in for the encryption of data keys by KMS: reverses the bytes. */
const sealedKey = (version: number) => {
  const key = Uint8Array.from({ length: 32 }, (_, index) => index + version);
  return { version, ciphertext: btoa(String.fromCharCode(...key.toReversed())) };
};
const keys = [sealedKey(1), sealedKey(2)];

const typeInto = (password: string, press: string): void => {
  const input = document.querySelector<HTMLInputElement>("dialog input[type=password]");
  if (input !== null) input.value = password;
  document.querySelector<HTMLElement>(press)?.click();
};

describe("secrets from AWS KMS", () => {
  it("encrypt, decrypt and rotate, and each data key is decrypted once", async () => {
    const decrypted: Uint8Array[] = [];
    const decrypt: Decrypt = async (ciphertext) => {
      decrypted.push(ciphertext);
      return ciphertext.toReversed();
    };
    const recordKey = unique("kms");
    const before = popStorage({ getSecrets: secretsFromKms(keys.slice(0, 1), 1, decrypt) });
    await Promise.all([1, 2, 3].map(() => before.write("de", { recordKey, body: "sealed by KMS" })));
    expect(decrypted).toHaveLength(1);
    const after = popStorage({ getSecrets: secretsFromKms(keys, 2, decrypt) });
    for await (const { totalLeft } of after.migrateAll("de", { filter: { recordKey } })) expect(totalLeft).toBe(0);
    expect((await after.read("de", recordKey)).record).toMatchObject({ body: "sealed by KMS", version: 2 });
    expect(decrypted).toHaveLength(3);
  });

  it("are fetched again after a failure, which is the cause of the error", async () => {
    let failures = 1;
    const decrypt: Decrypt = async (ciphertext) => {
      failures -= 1;
      if (failures >= 0) throw new Error("AccessDeniedException");
      return ciphertext.toReversed();
    };
    const storage = popStorage({ getSecrets: secretsFromKms(keys, 2, decrypt) });
    const error = { name: "SecretsProviderError", cause: { message: "AccessDeniedException" } };
    await expect(storage.validate()).rejects.toMatchObject(error);
    await storage.validate();
  });
});

describe("a password from a prompt", () => {
  it("is requested once, when it is needed, and again after it was cleared or rejected", async () => {
    const responses = [new Error("closed"), "a password of a user", "another password"];
    let prompts = 0;
    const { getSecrets, forget } = passwordPrompt(async () => {
      const response = responses[prompts];
      prompts += 1;
      if (typeof response !== "string") throw response;
      return response;
    });
    const storage = popStorage({ getSecrets });
    const recordKey = unique("prompt");
    expect(prompts).toBe(0);
    const record = { recordKey, body: "locked" };
    await expect(storage.write("de", record)).rejects.toMatchObject({ name: "SecretsProviderError" });
    await Promise.all([storage.write("de", record), storage.find("de", { recordKey })]);
    expect((await storage.read("de", recordKey)).record.body).toBe("locked");
    expect(prompts).toBe(2);
    forget();
    await expect(storage.read("de", recordKey)).rejects.toMatchObject({ name: "StorageCryptoError" });
    expect(prompts).toBe(3);
  });

  it("is requested by a dialog in a page, and rejected elsewhere", async () => {
    if (!("document" in globalThis)) {
      await expect(askInDialog()).rejects.toThrow(ReferenceError);
      return;
    }
    const asking = askInDialog();
    typeInto("typed by hand", "dialog button");
    expect(await asking).toBe("typed by hand");
    expect(document.querySelector("dialog")).toBeNull();
    const closed = askInDialog();
    document.querySelector("dialog")?.close();
    await expect(closed).rejects.toThrow("No password was entered.");
  });
});
