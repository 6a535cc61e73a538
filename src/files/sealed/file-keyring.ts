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

/** The record that a file is attached to: a sealed file opens with no other. */
export interface RecordIdentity {
  readonly environmentId: string;
  readonly country: string;
  readonly recordKeyHash: string;
}

/** Each purpose has keys of its own. */
const purposes = {
  metadata: "incountry-storage sealed file 1: metadata",
  content: "incountry-storage sealed file 1: content",
  name: "incountry-storage sealed file 1: name",
} as const;

const sealedName = /^[\da-f]{64}\.sealed$/;

/** Whether the PoP's name for a file is one that sealed files have. */
export function isSealedName(name: string): boolean {
  return sealedName.test(name);
}

/** Whether every runtime can derive what takes the name of a file: a longer one would make a file that opens in some alone. */
export function takesName(record: RecordIdentity, name: string): boolean {
  return infoOf(purposes.content, record, name).length <= maxInfoLength;
}

/** The keys of a file that is being sealed or opened. */
export interface FileKeys {
  readonly metadata: CryptoKey;
  /** The key for the bytes; it takes the name, which the metadata tells. */
  content(name: string): Promise<CryptoKey>;
}

/** Derives what sealed files need, for the length of one operation. */
export class FileKeyring {
  readonly #secrets: CheckedSecrets;
  /** What names are made with, by secret: it takes one derivation for however many files. */
  readonly #nameBases = new Map<CheckedSecret, Promise<{ base: CryptoKey; salt: Bytes }>>();

  constructor(secrets: CheckedSecrets) {
    this.#secrets = secrets;
  }

  /** The version of the secret that files are sealed with now. @throws StorageConfigError where it cannot seal files. */
  get currentVersion(): number {
    return currentFileSecret(this.#secrets).version;
  }

  /** @throws StorageCryptoError where there is no such secret. */
  async keysOf(version: number, salt: Bytes, record: RecordIdentity): Promise<FileKeys> {
    const base = await fileKeyBase(fileSecretOf(this.#secrets, version), salt);
    const metadata = await deriveFileKey(base, salt, infoOf(purposes.metadata, record));
    return { metadata, content: (name) => deriveFileKey(base, salt, infoOf(purposes.content, record, name)) };
  }

  /** The name under which the PoP is to keep a file that is sealed now. */
  currentName(record: RecordIdentity, name: string): Promise<string> {
    return this.#nameOf(currentFileSecret(this.#secrets), record, name);
  }

  /** The names under which the PoP may have a file of that name that another secret sealed. */
  formerNames(record: RecordIdentity, name: string): Promise<string[]> {
    const current = currentFileSecret(this.#secrets);
    const others = fileSecrets(this.#secrets).filter((secret) => secret !== current);
    return Promise.all(others.map((secret) => this.#nameOf(secret, record, name)));
  }

  /** Whether the PoP's name for a file is the one that its sealed name has, with the secret of a version or with another one. */
  async isNameOf(stored: string, record: RecordIdentity, name: string, version: number): Promise<boolean> {
    // A file that is being sealed anew has for a moment the name that the secret before gave it.
    const likeliest = fileSecretOf(this.#secrets, version);
    if ((await this.#nameOf(likeliest, record, name)) === stored) return true;
    const others = fileSecrets(this.#secrets).filter((secret) => secret !== likeliest);
    const names = await Promise.all(others.map((secret) => this.#nameOf(secret, record, name)));
    return names.includes(stored);
  }

  async #nameOf(secret: CheckedSecret, record: RecordIdentity, name: string): Promise<string> {
    const { base, salt } = await this.#nameBase(secret, record.environmentId);
    return `${toHex(await deriveFileBytes(base, salt, infoOf(purposes.name, record, name)))}.sealed`;
  }

  #nameBase(secret: CheckedSecret, environmentId: string): Promise<{ base: CryptoKey; salt: Bytes }> {
    const known = this.#nameBases.get(secret);
    if (known !== undefined) return known;
    const made = makeNameBase(secret, environmentId);
    this.#nameBases.set(secret, made);
    return made;
  }
}

async function makeNameBase(secret: CheckedSecret, environmentId: string): Promise<{ base: CryptoKey; salt: Bytes }> {
  const salt = await fixedSalt([purposes.name, environmentId]);
  return { salt, base: await fileKeyBase(secret, salt) };
}

function infoOf(purpose: string, { environmentId, country, recordKeyHash }: RecordIdentity, ...rest: string[]): Bytes {
  return encodeTexts([purpose, environmentId, country, recordKeyHash, ...rest]);
}
