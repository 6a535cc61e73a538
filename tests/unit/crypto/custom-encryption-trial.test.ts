/** How `validate` tries several custom encryptions and their keys. */
import type { CustomEncryptionConfig } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { base64Of, storageWith } from "../../support/crypto/any-secrets.ts";
import { opened, sealed } from "./custom-storage.ts";

const hidden = (text: string): string => Array.from(text).toReversed().join("");

/** Works only with keys of one length, like a cipher. */
const taking = (length: number, version: string): CustomEncryptionConfig => {
  const use = (text: string, key: Uint8Array): string => {
    if (key.length !== length) throw new RangeError(`a key of ${key.length} bytes`);
    return hidden(text);
  };
  return { version, encrypt: use, decrypt: use };
};

const keyOf = (bytes: number, version: number) => ({ secret: base64Of(bytes), version, isForCustomEncryption: true });

const older = taking(16, "older");
const current = { ...taking(32, "current"), isCurrent: true };
const secrets = { currentVersion: 2, secrets: [keyOf(16, 1), keyOf(32, 2)] };

function validate(configurations: readonly CustomEncryptionConfig[], given: unknown): Promise<void> {
  return storageWith(() => given, "OK", { customEncryptionConfigs: configurations }).storage.validate();
}

function refusal(version: string, key: number): object {
  const message = expect.stringContaining(
    `The custom encryption "${version}" with the key of version ${key} failed its trial: `,
  );
  return { name: "StorageConfigError", message, cause: { cause: expect.any(RangeError) } };
}

describe("the trial of custom encryptions", () => {
  it("passes two that take keys of different lengths, and each decrypts its own ciphertexts", async () => {
    const before = await sealed([{ ...older, isCurrent: true }], { currentVersion: 1, secrets: [keyOf(16, 1)] });
    const records = [...before, ...(await sealed([older, current], secrets))];
    const { records: read, errors } = await opened(records, [older, current], secrets);
    expect(errors).toBeUndefined();
    expect(read.map(({ body }) => body)).toStrictEqual(["the body", "the body"]);
  });

  it("passes several without a current one, each with its own key", async () => {
    const others = [older, taking(32, "other")];
    const password = { secret: "a password of these tests", version: 3 };
    await expect(validate(others, { currentVersion: 3, secrets: [...secrets.secrets, password] })).resolves.toBe(
      undefined,
    );
  });

  it("fails a current one that works only with an older key", async () => {
    const given = { currentVersion: 2, secrets: [keyOf(32, 1), keyOf(16, 2)] };
    await expect(validate([older, current], given)).rejects.toMatchObject(refusal("current", 2));
  });

  it("fails one that works with none of the keys", async () => {
    const idle = taking(24, "idle");
    await expect(validate([idle, older, current], secrets)).rejects.toMatchObject(refusal("idle", 1));
  });

  it("fails a key that works with none of them", async () => {
    const given = { ...secrets, secrets: [...secrets.secrets, keyOf(24, 3)] };
    await expect(validate([older, current], given)).rejects.toMatchObject(refusal("older", 3));
  });
});
