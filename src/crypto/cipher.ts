import { fromUtf8, utf8 } from "../encoding.ts";
import { StorageCryptoError } from "../errors.ts";
import { type CustomEncryptionConfig, CustomEncryptions } from "./custom-encryption.ts";
import { cannotOpen, ivLength, parseCiphertext, writePlain, writeSealed } from "./formats.ts";
import { type KeyReuse, randomBytes } from "./key-derivation.ts";
import { KeyRing } from "./key-ring.ts";
import type { SecretKeys } from "./secret-keys.ts";
import type { CheckedSecret, CheckedSecrets, SecretsInput } from "./secrets.ts";
import { fetchSecrets } from "./secrets-provider.ts";

export interface CipherOptions {
  readonly encrypt: boolean;
  readonly getSecrets?: (() => SecretsInput | Promise<SecretsInput>) | undefined;
  readonly customEncryptionConfigs: readonly CustomEncryptionConfig[];
  readonly keyReuse: KeyReuse;
}

/** Told of the secrets whenever they were fetched and checked. */
export type OnSecrets = (secrets: CheckedSecrets) => void;

/** Seals and opens texts for one Storage. Between two operations it holds WebCrypto keys, and never the bytes of a secret. */
export class Cipher {
  readonly #options: CipherOptions;
  readonly #onSecrets: OnSecrets;
  readonly #customEncryptions: CustomEncryptions;
  readonly #keys: KeyRing;

  constructor(options: CipherOptions, onSecrets: OnSecrets = () => undefined) {
    this.#options = options;
    this.#onSecrets = onSecrets;
    this.#customEncryptions = new CustomEncryptions(options.customEncryptionConfigs);
    this.#keys = new KeyRing(options.keyReuse);
  }

  /**
   * The cipher for one operation: the provider is asked when the first text needs a secret, and not again.
   *
   * @throws SecretsProviderError, SecretsValidationError, StorageConfigError from its `seal` and `open`.
   */
  forOperation(): OperationCipher {
    let secrets: Promise<CheckedSecrets> | undefined;
    const once = (): Promise<CheckedSecrets> => (secrets ??= this.#fetchSecrets());
    return new OperationCipher(this.#options.encrypt, once, this.#keys, this.#customEncryptions);
  }

  /** Fetches and checks the secrets, and tries every custom encryption with every key meant for it. */
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

/** The current secret of an operation, and its keys: undefined where it is for custom encryption. */
interface Current {
  readonly secret: CheckedSecret;
  readonly keys: SecretKeys | undefined;
}

/** Seals and opens the texts of one operation. */
export class OperationCipher {
  readonly #encrypt: boolean;
  readonly #secrets: () => Promise<CheckedSecrets>;
  readonly #keys: KeyRing;
  readonly #customEncryptions: CustomEncryptions;
  #current: Promise<Current> | undefined;

  constructor(
    encrypt: boolean,
    secrets: () => Promise<CheckedSecrets>,
    keys: KeyRing,
    customEncryptions: CustomEncryptions,
  ) {
    this.#encrypt = encrypt;
    this.#secrets = secrets;
    this.#keys = keys;
    this.#customEncryptions = customEncryptions;
  }

  /** The version of the secret that texts are sealed with now; 0 where nothing is encrypted (protocol.md, section 1). */
  async currentVersion(): Promise<number> {
    return this.#encrypt ? (await this.#secrets()).current.version : 0;
  }

  get encrypts(): boolean {
    return this.#encrypt;
  }

  /** The secrets themselves: for files, which are sealed in another way than texts (file-keys.ts). */
  secrets(): Promise<CheckedSecrets> {
    return this.#secrets();
  }

  /** The ciphertext of a text, in the format that the options and the current secret ask for. */
  async seal(text: string): Promise<string> {
    if (!this.#encrypt) return writePlain(text);
    // A page is sealed by a hundred calls at once: each wait that they share is one that none of them adds.
    const { secret, keys } = await (this.#current ??= this.#findCurrent());
    if (keys === undefined) return this.#customEncryptions.seal(text, secret);
    const { salt, key } = keys.takeSealingKey();
    const iv = randomBytes(ivLength);
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key, utf8(text));
    return writeSealed(salt, iv, new Uint8Array(sealed));
  }

  /**
   * The text of a ciphertext that was sealed with the secret of the given version.
   *
   * @throws StorageCryptoError where it cannot be opened.
   */
  async open(ciphertext: string, version: number): Promise<string> {
    const parsed = parseCiphertext(ciphertext);
    if (parsed.kind === "plain") return parsed.text;
    const secret = secretOf(await this.#secrets(), version);
    if (parsed.kind === "custom") return this.#customEncryptions.open(parsed.configuration, parsed.packed, secret);
    if (secret.use === "custom") throw cannotOpen();
    const keys = await this.#keys.keysOf(secret);
    const key = await keys.openingKey(parsed.salt);
    let opened: ArrayBuffer;
    try {
      opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv: parsed.iv }, key, parsed.sealed);
    } catch {
      throw cannotOpen();
    }
    return textOf(opened);
  }

  async #findCurrent(): Promise<Current> {
    const { current: secret } = await this.#secrets();
    return { secret, keys: secret.use === "custom" ? undefined : await this.#keys.keysOf(secret) };
  }
}

function secretOf({ byVersion }: CheckedSecrets, version: number): CheckedSecret {
  const secret = byVersion.get(version);
  if (secret !== undefined) return secret;
  throw new StorageCryptoError(
    `The record was sealed with the secret of version ${version}, which getSecrets() did not return: add it to the secrets.`,
  );
}

function textOf(opened: ArrayBuffer): string {
  try {
    return fromUtf8(new Uint8Array(opened));
  } catch {
    throw cannotOpen();
  }
}
