import type { CustomEncryptionConfig } from "incountry-storage";
import { base64Of, key, password, storageWith, write } from "../../support/crypto/any-secrets.ts";
import { pageOf, type SentRecord } from "../../support/crypto/sealed-parts.ts";

export const customKey = (version: number) => ({ secret: base64Of(version + 5), version, isForCustomEncryption: true });

/** Reverses a text and prefixes it with its key's version, so that a wrong key is detected. */
export const reversing: CustomEncryptionConfig = {
  version: "reversing: 1",
  encrypt: (text, _key, version) => `${version}|${Array.from(text).toReversed().join("")}`,
  decrypt: async (sealed, _key, version) => {
    if (!sealed.startsWith(`${version}|`)) throw new RangeError("another key, or another text");
    return Array.from(sealed.slice(`${version}|`.length))
      .toReversed()
      .join("");
  },
};

export const current = { ...reversing, isCurrent: true };
export const custom = { currentVersion: 9, secrets: [customKey(9), password, key] };

export async function sealed(configurations: readonly CustomEncryptionConfig[], secrets: unknown = custom) {
  const { storage, sent } = storageWith(() => secrets, "OK", { customEncryptionConfigs: configurations });
  await storage.validate();
  await write(storage);
  return sent();
}

export async function opened(
  records: readonly SentRecord[],
  configurations: readonly object[],
  secrets: unknown = custom,
) {
  const { storage } = storageWith(() => secrets, pageOf(records), { customEncryptionConfigs: configurations });
  return storage.find("us");
}
