import type { SecretsData } from "incountry-storage";

/**
 * Calls `Decrypt` of AWS KMS. Works with any version of its SDK:
 *
 *     const kms = new KMSClient();
 *     const decrypt = async (CiphertextBlob) => (await kms.send(new DecryptCommand({ CiphertextBlob }))).Plaintext;
 */
export type Decrypt = (ciphertext: Uint8Array) => Promise<Uint8Array | undefined>;

/** A data key from `GenerateDataKey` with `AES_256`. It is encrypted, so it may be stored in the configuration. */
export interface EncryptedKey {
  readonly version: number;
  /** `CiphertextBlob`, in base64. */
  readonly ciphertext: string;
}

/** Returns a `getSecrets` that decrypts 32-byte data keys with AWS KMS on first use. */
export function secretsFromKms(
  keys: readonly EncryptedKey[],
  currentVersion: number,
  decrypt: Decrypt,
): () => Promise<SecretsData> {
  const decrypted = new Map<number, Promise<Uint8Array>>();

  const keyOf = ({ version, ciphertext }: EncryptedKey): Promise<Uint8Array> => {
    const cached = decrypted.get(version);
    if (cached !== undefined) return cached;
    const decrypting = decrypt(Uint8Array.from(atob(ciphertext), (letter) => letter.charCodeAt(0))).then((key) => {
      if (key === undefined) throw new Error(`KMS returned no key for version ${version}.`);
      return key;
    });
    decrypted.set(version, decrypting);
    // A failure is not cached.
    decrypting.catch(() => decrypted.delete(version));
    return decrypting;
  };

  return async () => ({
    currentVersion,
    secrets: await Promise.all(
      keys.map(async (key) => ({ secret: await keyOf(key), version: key.version, isKey: true })),
    ),
  });
}
