import { Storage } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { cannedPop } from "../../support/canned-pop.ts";
import { password, storageWith, write } from "../../support/crypto/any-secrets.ts";
import { xorHex } from "../../support/fixtures/vectors.ts";
import { current, custom, customKey, opened, reversing, sealed } from "./custom-storage.ts";

const failing = (): never => {
  throw new RangeError("the function's own");
};

class Incomplete {
  readonly version = "incomplete";
  readonly client: object = {};

  encrypt(text: string): string {
    return text;
  }
}

/** Splits surrogate pairs. */
const turnUnits = (text: string): string => text.split("").toReversed().join("");

describe("custom encryption that fails", () => {
  it.each<[string, object, string]>([
    ["encrypt throws", { encrypt: failing }, "9 failed its trial: encrypt() or decrypt() threw an error"],
    [
      "decrypt rejects",
      { decrypt: () => Promise.reject(new RangeError("the function's own")) },
      "9 failed its trial: encrypt() or decrypt() threw an error",
    ],
    [
      "encrypt returns bytes",
      { encrypt: () => new Uint8Array(3) },
      "9 failed its trial: encrypt() or decrypt() threw an error",
    ],
    [
      "encrypt returns nothing",
      { encrypt: () => undefined },
      "9 failed its trial: encrypt() or decrypt() threw an error",
    ],
    [
      "decrypt returns a promise of a number",
      { decrypt: async () => 5 },
      "9 failed its trial: encrypt() or decrypt() threw an error",
    ],
    [
      "decrypt returns another text",
      { decrypt: () => "another" },
      "9 failed its trial: decrypt() did not return the input of encrypt()",
    ],
    [
      "texts lose characters beyond ASCII",
      { encrypt: (text: string) => text.replaceAll(/[^ -~]/g, "?"), decrypt: (text: string) => text },
      "9 failed its trial: decrypt() did not return the input",
    ],
    [
      "encrypt returns lone surrogates",
      { encrypt: turnUnits, decrypt: turnUnits },
      "9 failed its trial: encrypt() or decrypt() threw an error",
    ],
    [
      "a key that is not current fails",
      {
        encrypt: (text: string, _key: Uint8Array, version: number) => (version === 9 ? text : failing()),
        decrypt: (text: string) => text,
      },
      "8 failed its trial: encrypt() or decrypt() threw an error",
    ],
  ])("%s: validate reports it", async (_, parts, message) => {
    const secrets = { currentVersion: 9, secrets: [customKey(8), customKey(9)] };
    const { storage } = storageWith(() => secrets, "OK", { customEncryptionConfigs: [{ ...current, ...parts }] });
    await expect(storage.validate()).rejects.toMatchObject({
      name: "StorageConfigError",
      message: expect.stringContaining(`The custom encryption "reversing: 1" with the key of version ${message}`),
    });
  });

  it("while encrypting: the error names the version and has the cause", async () => {
    const { storage, calls } = storageWith(() => custom, "OK", {
      customEncryptionConfigs: [{ ...current, encrypt: failing }],
    });
    await expect(write(storage)).rejects.toMatchObject({
      name: "StorageCryptoError",
      message: 'Custom encryption "reversing: 1": encrypt() failed with the key of version 9.',
      cause: expect.any(RangeError),
    });
    expect(calls).toStrictEqual([]);
  });

  it("while decrypting: the record's error names the version and has the cause, and other records decrypt", async () => {
    const [good] = await sealed([current]);
    const damaged = { record_key: "x", version: 9, body: `c${btoa("reversing: 1")}:${btoa("something else")}` };
    const { records, errors } = await opened(good === undefined ? [] : [good, damaged], [current]);
    expect(records).toMatchObject([{ body: "the body" }]);
    expect(errors).toMatchObject([
      {
        error: {
          name: "StorageCryptoError",
          message: 'Custom encryption "reversing: 1": decrypt() failed with the key of version 9.',
          cause: expect.any(RangeError),
        },
      },
    ]);
  });

  it.each<[string, unknown, readonly object[], string]>([
    [
      "its configuration is not there",
      custom,
      [{ ...xorHex, isCurrent: true }],
      "is not among customEncryptionConfigs",
    ],
    [
      "its key is a password now",
      { currentVersion: 8, secrets: [customKey(8), { ...password, version: 9 }] },
      [current],
      "the secret of version 9 has no isForCustomEncryption",
    ],
    [
      "its key is not there",
      { currentVersion: 8, secrets: [customKey(8)] },
      [current],
      "encrypted with the secret of version 9, which getSecrets() did not return",
    ],
  ])("when %s: the record's error reports it", async (_, secrets, configurations, message) => {
    const { records, errors } = await opened(await sealed([current]), configurations, secrets);
    expect(records).toStrictEqual([]);
    expect(errors).toMatchObject([
      { error: { name: "StorageCryptoError", message: expect.stringContaining(message) } },
    ]);
  });

  it("a ciphertext of the package under a key for custom encryption does not decrypt", async () => {
    const { storage, sent } = storageWith(() => ({ currentVersion: 9, secrets: [{ ...password, version: 9 }] }));
    await write(storage);
    const { errors } = await opened(sent(), [current]);
    expect(errors).toMatchObject([
      { error: { name: "StorageCryptoError", message: expect.stringContaining("cannot be decrypted") } },
    ]);
  });
});

describe("an invalid custom encryption config", () => {
  const base = {
    environmentId: "custom",
    endpoint: "https://pop.example",
    apiKey: "key",
    fetch: cannedPop("OK").fetch,
  };

  it.each<[string, readonly object[], string]>([
    ["a version twice", [reversing, reversing], "each version must be unique"],
    ["two current configs", [current, { ...xorHex, isCurrent: true }], "only one may have isCurrent"],
    [
      "an empty version",
      [{ ...reversing, version: "" }],
      "options.customEncryptionConfigs[0].version: must not be empty",
    ],
    [
      "a version with a lone surrogate",
      [{ ...reversing, version: "\ud800" }],
      "options.customEncryptionConfigs[0].version: has a lone surrogate, which UTF-8 cannot encode",
    ],
    ["no decrypt", [{ ...reversing, decrypt: undefined }], "options.customEncryptionConfigs[0].decrypt: "],
    ["an unknown encoding", [{ ...reversing, encoding: "hex" }], "options.customEncryptionConfigs[0].encoding: "],
    [
      "an unknown field",
      [{ ...reversing, current: true }],
      "options.customEncryptionConfigs[0].current: is not a known name",
    ],
    [
      "a misspelled field",
      [{ ...reversing, iscurrent: true }],
      "options.customEncryptionConfigs[0].iscurrent: is not a known name; did you mean isCurrent?",
    ],
    [
      "a misspelled field of an object without a prototype",
      [Object.assign(Object.create(null), reversing, { iscurrent: true })],
      "options.customEncryptionConfigs[0].iscurrent: is not a known name; did you mean isCurrent?",
    ],
    [
      "an instance of a class without decrypt",
      [new Incomplete()],
      "options.customEncryptionConfigs[0].decrypt: is missing",
    ],
    ["a list", [[reversing]], "options.customEncryptionConfigs[0]: expected an object, got a list"],
  ])("%s: createStorage fails", (_, customEncryptionConfigs, message) => {
    const make = (): unknown =>
      Reflect.construct(Storage, [{ ...base, getSecrets: () => custom, customEncryptionConfigs }]);
    expect(make).toThrow(
      expect.objectContaining({ name: "StorageConfigError", message: expect.stringContaining(message) }),
    );
  });

  it.each<[string, unknown, readonly object[], string]>([
    ["keys without a configuration", custom, [], "there are no customEncryptionConfigs"],
    [
      "a configuration without keys",
      { currentVersion: 1, secrets: [password] },
      [reversing],
      "none of the secrets has isForCustomEncryption",
    ],
    [
      "a current key without a current configuration",
      custom,
      [reversing],
      "none of customEncryptionConfigs has isCurrent",
    ],
    [
      "a current configuration without a current key",
      { ...custom, currentVersion: 1 },
      [current],
      "the current secret has no isForCustomEncryption",
    ],
  ])("%s: validate and the first call report it", async (_, secrets, customEncryptionConfigs, message) => {
    const { storage, calls } = storageWith(() => secrets, "OK", { customEncryptionConfigs });
    const expected = { name: "StorageConfigError", message: expect.stringContaining(message) };
    await expect(storage.validate()).rejects.toMatchObject(expected);
    await expect(write(storage)).rejects.toMatchObject(expected);
    expect(calls).toStrictEqual([]);
  });
});
