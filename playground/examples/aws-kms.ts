import type { SecretsData } from "incountry-storage";

/**
 * The call of AWS KMS that is needed, so that this works with any version of its SDK:
 *
 *     const kms = new KMSClient();
 *     const decrypt = async (CiphertextBlob) => (await kms.send(new DecryptCommand({ CiphertextBlob }))).Plaintext;
 */
export type Decrypt = (ciphertext: Uint8Array) => Promise<Uint8Array | undefined>;

/** A data key as KMS made it (`GenerateDataKey`, `AES_256`): sealed, so that it may stand in the configuration. */
export interface SealedKey {
  readonly version: number;
  /** `CiphertextBlob`, in base64. */
  readonly ciphertext: string;
}

/** Data keys of AWS KMS, opened when they are needed first: a key of 32 bytes each, and no password anywhere. */
export function secretsFromKms(
  keys: readonly SealedKey[],
  currentVersion: number,
  decrypt: Decrypt,
): () => Promise<SecretsData> {
  const opened = new Map<number, Promise<Uint8Array>>();

  const open = ({ version, ciphertext }: SealedKey): Promise<Uint8Array> => {
    const known = opened.get(version);
    if (known !== undefined) return known;
    const opening = decrypt(Uint8Array.from(atob(ciphertext), (letter) => letter.charCodeAt(0))).then((key) => {
      if (key === undefined) throw new Error(`KMS returned no key for version ${version}.`);
      return key;
    });
    opened.set(version, opening);
    opening.catch(() => opened.delete(version));
    return opening;
  };

  return async () => ({
    currentVersion,
    secrets: await Promise.all(
      keys.map(async (key) => ({ secret: await open(key), version: key.version, isKey: true })),
    ),
  });
}
