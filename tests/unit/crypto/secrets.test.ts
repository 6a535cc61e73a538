import {
  anything,
  assert,
  asyncProperty,
  constant,
  constantFrom,
  dictionary,
  double,
  integer,
  oneof,
  record,
  string,
  uint8Array,
} from "fast-check";
import type { SecretsInput } from "incountry-storage";
import { StorageError } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { base64Of, key, password, storageWith, write } from "../../support/crypto/any-secrets.ts";
import { pageOf } from "../../support/crypto/sealed-parts.ts";

const custom = { version: "mirror", encrypt: (text: string) => text, decrypt: (text: string) => text };

/** A provider that wipes the key after returning it. */
const wipedSoon = () => {
  const secret = new Uint8Array(32).fill(9);
  setTimeout(() => secret.fill(0));
  return { currentVersion: 2, secrets: [{ ...key, secret }] };
};

describe("secrets in every valid form", () => {
  const bytes = new Uint8Array(32).fill(7);
  it.each<[string, SecretsInput, number]>([
    ["one password", "a password", 0],
    ["one password in any script", "пароль 🔑", 0],
    ["a version", { currentVersion: 1, secrets: [password] }, 1],
    ["several versions, in any order", { currentVersion: 2, secrets: [key, password] }, 2],
    ["version 0", { currentVersion: 0, secrets: [{ ...password, version: 0 }] }, 0],
    [
      "a large version",
      { currentVersion: Number.MAX_SAFE_INTEGER, secrets: [{ ...password, version: Number.MAX_SAFE_INTEGER }] },
      Number.MAX_SAFE_INTEGER,
    ],
    ["a key in base64", { currentVersion: 2, secrets: [key] }, 2],
    ["a key in bytes", { currentVersion: 2, secrets: [{ ...key, secret: bytes }] }, 2],
    [
      "a key in a part of a buffer",
      { currentVersion: 2, secrets: [{ ...key, secret: new Uint8Array(64).subarray(16, 48) }] },
      2,
    ],
    [
      "flags that are false",
      { currentVersion: 1, secrets: [{ ...password, isKey: false, isForCustomEncryption: false }] },
      1,
    ],
  ])("%s: records are encrypted, and decrypted", async (_, secrets, version) => {
    const { storage, sent } = storageWith(() => secrets);
    await storage.validate();
    await write(storage);
    const records = sent();
    expect(records).toMatchObject([{ version }]);
    const reader = storageWith(async () => secrets, pageOf(records));
    expect((await reader.storage.find("us")).records).toMatchObject([{ recordKey: "one", body: "the body", version }]);
  });

  it("a key in bytes may be wiped right after it was returned", async () => {
    const { storage, sent } = storageWith(wipedSoon);
    await write(storage);
    const same = { currentVersion: 2, secrets: [{ ...key, secret: new Uint8Array(32).fill(9) }] };
    const { records } = await storageWith(() => same, pageOf(sent())).storage.find("us");
    expect(records).toMatchObject([{ body: "the body" }]);
  });
});

describe("invalid secrets are named", () => {
  it.each<[string, unknown, string]>([
    ["nothing", undefined, "secrets: "],
    ["null", null, "secrets: "],
    ["a number", 5, "secrets: "],
    ["an array", [password], "secrets: "],
    ["an empty password", "", "the secret is an empty string"],
    ["no current version", { secrets: [password] }, "secrets.currentVersion: is missing"],
    [
      "a text as the current version",
      { currentVersion: "1", secrets: [password] },
      "secrets.currentVersion: expected ",
    ],
    ["no secrets", { currentVersion: 1 }, "secrets.secrets: is missing"],
    ["an empty list", { currentVersion: 1, secrets: [] }, "secrets.secrets: must have at least one secret"],
    [
      "an empty secret",
      { currentVersion: 1, secrets: [{ ...password, secret: "" }] },
      "secrets.secrets[0].secret: must not be empty",
    ],
    ["a negative version", { currentVersion: -1, secrets: [{ ...password, version: -1 }] }, "must not be negative"],
    [
      "a fraction of a version",
      { currentVersion: 1.5, secrets: [{ ...password, version: 1.5 }] },
      "secrets.currentVersion: must be an integer",
    ],
    ["a version twice", { currentVersion: 1, secrets: [password, password] }, "version 1 is not unique"],
    [
      "a current version that is missing",
      { currentVersion: 3, secrets: [password, key] },
      "currentVersion 3 is not among the versions",
    ],
    [
      "both uses at once",
      { currentVersion: 2, secrets: [{ ...key, isForCustomEncryption: true }] },
      "the secret of version 2 has both isKey and isForCustomEncryption",
    ],
    [
      "a key of 31 bytes",
      { currentVersion: 2, secrets: [{ ...key, secret: base64Of(31) }] },
      "the key of version 2 must be 32 bytes",
    ],
    [
      "a key of 33 bytes",
      { currentVersion: 2, secrets: [{ ...key, secret: new Uint8Array(33) }] },
      "the key of version 2 must be 32 bytes",
    ],
    [
      "a key in hex",
      { currentVersion: 2, secrets: [{ ...key, secret: "ab".repeat(32) }] },
      "the key of version 2 must be 32 bytes",
    ],
    [
      "a key in base64url",
      { currentVersion: 2, secrets: [{ ...key, secret: "-_".repeat(21).padEnd(43, "A").concat("=") }] },
      "the key of version 2 must be 32 bytes",
    ],
    [
      "a password in bytes",
      { currentVersion: 1, secrets: [{ ...password, secret: new Uint8Array(9) }] },
      "the secret of version 1 is bytes: set isKey",
    ],
    [
      "an unknown field",
      { currentVersion: 1, secrets: [{ ...password, iskey: true }] },
      "secrets.secrets[0].iskey: is not a known name; did you mean isKey?",
    ],
    [
      "a text as a flag",
      { currentVersion: 1, secrets: [{ ...password, isKey: "true" }] },
      "secrets.secrets[0].isKey: expected ",
    ],
  ])("%s", async (_, secrets, message) => {
    const { storage, calls } = storageWith(() => secrets);
    const refusal = {
      name: "SecretsValidationError",
      code: "secrets_validation_error",
      message: expect.stringContaining(message),
    };
    await expect(storage.validate()).rejects.toMatchObject(refusal);
    await expect(write(storage)).rejects.toMatchObject(refusal);
    expect(calls).toStrictEqual([]);
  });

  it.each<[string, unknown, string]>([
    [
      "invalid base64",
      { ...key, secret: "not base64!", isKey: undefined, isForCustomEncryption: true },
      "must be non-empty base64 or a Uint8Array",
    ],
    [
      "no bytes",
      { ...key, secret: new Uint8Array(), isKey: undefined, isForCustomEncryption: true },
      "must be non-empty base64 or a Uint8Array",
    ],
  ])("keys for custom encryption: %s", async (_, secret, message) => {
    const secrets = { currentVersion: 1, secrets: [password, secret] };
    const { storage } = storageWith(() => secrets, "OK", { customEncryptionConfigs: [custom] });
    await expect(storage.validate()).rejects.toMatchObject({
      name: "SecretsValidationError",
      message: expect.stringContaining(message),
    });
  });

  it.each([
    ["in the place of a name", { "a-password-misplaced": 1 }],
    [
      "in the place of a name of a secret",
      { currentVersion: 1, secrets: [{ ...password, "a-password-misplaced": 1 }] },
    ],
  ])("a secret %s is not shown", async (_, secrets) => {
    const { storage } = storageWith(() => secrets);
    await expect(storage.validate()).rejects.toMatchObject({
      name: "SecretsValidationError",
      message: expect.not.stringContaining("a-password"),
    });
  });

  it("a typo in a name is", async () => {
    const { storage } = storageWith(() => ({ currentVersion: 1, secrets: [{ ...password, iskey: true }] }));
    await expect(storage.validate()).rejects.toMatchObject({
      message: expect.stringContaining("secrets[0].iskey: is not a known name; did you mean isKey?"),
    });
  });

  it("any invalid value is a StorageError that shows no secret", async () => {
    const planted = "planted-secret-of-the-property";
    const secret = record(
      {
        secret: oneof(constant(planted), string(), uint8Array({ maxLength: 40 }), anything()),
        version: oneof(integer({ min: -1, max: 3 }), double(), constant("1")),
        isKey: oneof(constantFrom(true, false, undefined), anything()),
        isForCustomEncryption: oneof(constantFrom(true, false, undefined), anything()),
      },
      { requiredKeys: [] },
    );
    const input = oneof(
      anything({ withBigInt: true, withDate: true, withNullPrototype: true, withTypedArray: true }),
      record({
        currentVersion: integer({ min: 0, max: 3 }),
        secrets: oneof(
          dictionary(string(), secret),
          secret.map((one) => [one, { ...one, version: 1 }]),
        ),
      }),
    );
    await assert(
      asyncProperty(input, async (secrets) => {
        const { storage } = storageWith(() => secrets);
        const error: unknown = await storage.validate().then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        if (error === undefined) return;
        expect(error).toBeInstanceOf(StorageError);
        expect(`${error instanceof Error ? error.message : ""}${JSON.stringify(error)}`).not.toContain(planted);
      }),
      { numRuns: 300 },
    );
  });
});
