import {
  currentFileSecret,
  deriveFileBytes,
  deriveFileKey,
  encodeTexts,
  fileKeyBase,
  fileSecretOf,
  fileSecrets,
  fixedSalt,
  maxInfoLength,
} from "../../crypto/file-keys.ts";
import type { CheckedSecret, CheckedSecrets } from "../../crypto/secrets.ts";
import { type Bytes, toHex } from "../../encoding.ts";

/** The record that a file is attached to. A sealed file cannot be opened as a file of another record. */
export interface RecordIdentity {
  readonly environmentId: string;
  readonly country: string;
  readonly recordKeyHash: string;
}

/** Each purpose has its own keys. */
const purposes = {
  metadata: "incountry-storage sealed file 1: metadata",
  content: "incountry-storage sealed file 1: content",
  name: "incountry-storage sealed file 1: name",
} as const;

const sealedName = /^[\da-f]{64}\.sealed$/;

/** True if a stored name has the form of the stored name of a sealed file. */
export function isSealedName(name: string): boolean {
  return sealedName.test(name);
}

/** True if every runtime can derive keys from a name. A file with a longer name would open only in some of them. */
export function takesName(record: RecordIdentity, name: string): boolean {
  return infoOf(purposes.content, record, name).length <= maxInfoLength;
}

/** The keys of one sealed file. */
export interface FileKeys {
  readonly metadata: CryptoKey;
  /** Derives the key for the bytes, which depends on the name in the metadata. */
  content(name: string): Promise<CryptoKey>;
}

/** Derives the keys and the stored names of sealed files, for one operation. */
export class FileKeyring {
  readonly #secrets: CheckedSecrets;
  /** The keys of stored names, derived once per secret. */
  readonly #nameBases = new Map<CheckedSecret, Promise<{ base: CryptoKey; salt: Bytes }>>();

  constructor(secrets: CheckedSecrets) {
    this.#secrets = secrets;
  }

  /** The version of the secret that seals new files. @throws StorageConfigError if it cannot seal files. */
  get currentVersion(): number {
    return currentFileSecret(this.#secrets).version;
  }

  /** @throws StorageCryptoError if there is no secret of that version. */
  async keysOf(version: number, salt: Bytes, record: RecordIdentity): Promise<FileKeys> {
    const base = await fileKeyBase(fileSecretOf(this.#secrets, version), salt);
    const metadata = await deriveFileKey(base, salt, infoOf(purposes.metadata, record));
    return { metadata, content: (name) => deriveFileKey(base, salt, infoOf(purposes.content, record, name)) };
  }

  /** The stored name of a file under the current secret. */
  currentName(record: RecordIdentity, name: string): Promise<string> {
    return this.#nameOf(currentFileSecret(this.#secrets), record, name);
  }

  /** The stored names of a file under the other secrets. */
  formerNames(record: RecordIdentity, name: string): Promise<string[]> {
    return this.#namesWithout(currentFileSecret(this.#secrets), record, name);
  }

  /** True if any of the secrets gives this stored name to the file; tries that of the version first. */
  async isNameOf(stored: string, record: RecordIdentity, name: string, version: number): Promise<boolean> {
    // A file that is being resealed briefly keeps the stored name from its previous secret.
    const likeliest = fileSecretOf(this.#secrets, version);
    if ((await this.#nameOf(likeliest, record, name)) === stored) return true;
    return (await this.#namesWithout(likeliest, record, name)).includes(stored);
  }

  /** The stored names of a file under all secrets except one. */
  #namesWithout(excluded: CheckedSecret, record: RecordIdentity, name: string): Promise<string[]> {
    const others = fileSecrets(this.#secrets).filter((secret) => secret !== excluded);
    return Promise.all(others.map((secret) => this.#nameOf(secret, record, name)));
  }

  async #nameOf(secret: CheckedSecret, record: RecordIdentity, name: string): Promise<string> {
    const { base, salt } = await this.#nameBase(secret, record.environmentId);
    return `${toHex(await deriveFileBytes(base, salt, infoOf(purposes.name, record, name)))}.sealed`;
  }

  #nameBase(secret: CheckedSecret, environmentId: string): Promise<{ base: CryptoKey; salt: Bytes }> {
    const base = this.#nameBases.get(secret) ?? makeNameBase(secret, environmentId);
    this.#nameBases.set(secret, base);
    return base;
  }
}

async function makeNameBase(secret: CheckedSecret, environmentId: string): Promise<{ base: CryptoKey; salt: Bytes }> {
  const salt = await fixedSalt([purposes.name, environmentId]);
  return { salt, base: await fileKeyBase(secret, salt) };
}

function infoOf(purpose: string, { environmentId, country, recordKeyHash }: RecordIdentity, ...rest: string[]): Bytes {
  return encodeTexts([purpose, environmentId, country, recordKeyHash, ...rest]);
}
