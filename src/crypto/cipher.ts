import { type CustomEncryptionConfig, CustomEncryptions } from "./custom-encryption.ts";
import { readCiphertext, type TextKeys, writeCiphertext } from "./formats.ts";
import type { KeyReuse } from "./key-derivation.ts";
import { KeyRing } from "./key-ring.ts";
import type { CheckedSecrets, SecretsInput } from "./secrets.ts";
import { fetchSecrets } from "./secrets-provider.ts";

export interface CipherOptions {
  readonly encrypt: boolean;
  readonly getSecrets?: (() => SecretsInput | Promise<SecretsInput>) | undefined;
  readonly customEncryptionConfigs: readonly CustomEncryptionConfig[];
  readonly keyReuse: KeyReuse;
}

/** Encrypts and decrypts texts for one Storage. Between operations it holds WebCrypto keys, but no secrets. */
export class Cipher {
  readonly #options: CipherOptions;
  readonly #onSecrets: (secrets: CheckedSecrets) => void;
  readonly #customEncryptions: CustomEncryptions;
  readonly #keys: KeyRing;

  /** @param onSecrets Called after each fetch of the secrets. */
  constructor(options: CipherOptions, onSecrets: (secrets: CheckedSecrets) => void = () => undefined) {
    this.#options = options;
    this.#onSecrets = onSecrets;
    this.#customEncryptions = new CustomEncryptions(options.customEncryptionConfigs);
    this.#keys = new KeyRing(options.keyReuse);
  }

  /**
   * Makes the cipher of one operation. It fetches the secrets once, when it first needs one.
   *
   * @throws SecretsProviderError, SecretsValidationError, StorageConfigError from its `seal` and `open`.
   */
  forOperation(): OperationCipher {
    let secrets: Promise<CheckedSecrets> | undefined;
    return new OperationCipher(this.#options.encrypt, {
      secrets: () => (secrets ??= this.#fetchSecrets()),
      keysOf: (secret) => this.#keys.keysOf(secret),
      customEncryptions: this.#customEncryptions,
    });
  }

  /** Fetches and checks the secrets, and tries each custom encryption with its keys. */
  async validate(): Promise<CheckedSecrets | undefined> {
    if (this.#options.getSecrets === undefined) return undefined;
    const secrets = await this.#fetchSecrets();
    await this.#customEncryptions.tryAll(secrets);
    return secrets;
  }

  async #fetchSecrets(): Promise<CheckedSecrets> {
    const secrets = await fetchSecrets(this.#options.getSecrets);
    this.#customEncryptions.checkAgainst(secrets);
    await this.#keys.keepOnly(secrets.byVersion.values());
    this.#onSecrets(secrets);
    return secrets;
  }
}

/** Encrypts and decrypts the texts of one operation. */
export class OperationCipher {
  readonly encrypts: boolean;
  readonly #keys: TextKeys;

  constructor(encrypts: boolean, keys: TextKeys) {
    this.encrypts = encrypts;
    this.#keys = keys;
  }

  /** The version of the secret that texts are encrypted with; 0 if nothing is encrypted (PROTOCOL.md, section 1). */
  async currentVersion(): Promise<number> {
    return this.encrypts ? (await this.#keys.secrets()).current.version : 0;
  }

  /** The secrets themselves, for files: they have a format of their own (file-keys.ts). */
  secrets(): Promise<CheckedSecrets> {
    return this.#keys.secrets();
  }

  /** Writes a ciphertext, in the format of the current secret. */
  async seal(text: string): Promise<string> {
    const use = this.encrypts ? (await this.#keys.secrets()).current.use : "none";
    return writeCiphertext(text, use, this.#keys);
  }

  /**
   * Reads a ciphertext that was written with the secret of a version.
   *
   * @throws StorageCryptoError if it cannot be decrypted.
   */
  open(ciphertext: string, version: number): Promise<string> {
    return readCiphertext(ciphertext, version, this.#keys);
  }
}
