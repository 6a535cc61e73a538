import { sha256 } from "@noble/hashes/sha2.js";
import { toHex, utf8 } from "../encoding.ts";

/** Options that decide in which form keys are sent. */
export interface KeyHashingOptions {
  readonly environmentId: string;
  readonly normalizeKeys: boolean;
  readonly hashSearchKeys: boolean;
}

/** Protections of keys, from the table of fields (records/fields.ts). */
export type KeyProtection = "hashed" | "hashedUnlessDisabled";

/** Hashes and checks the keys of one operation (PROTOCOL.md, section 2). */
export class KeyHashing {
  readonly #options: KeyHashingOptions;
  /** The Java SDK lower-cases the environment id too. */
  readonly #lowerCaseEnvironment: string;

  private constructor(options: KeyHashingOptions) {
    this.#options = options;
    this.#lowerCaseEnvironment = options.environmentId.toLowerCase();
  }

  /** Asynchronous, since a keyed hash would have to fetch its key. */
  static async prepare(options: KeyHashingOptions): Promise<KeyHashing> {
    return new KeyHashing(options);
  }

  /** The hash that this Storage writes for a key. */
  hash(key: string): string {
    return this.#hash(normalizeKey(key, this.#options));
  }

  /** Returns the form in which a key is sent. */
  protect(protection: KeyProtection, key: string): string {
    const isHashed = protection === "hashed" || this.#options.hashSearchKeys;
    return isHashed ? this.hash(key) : normalizeKey(key, this.#options);
  }

  /** True if any SDK, with any options, may have sent this for the original. */
  isFormOf(sent: string, original: string, protection: KeyProtection): boolean {
    const lowerCase = original.toLowerCase();
    if (protection === "hashedUnlessDisabled" && (sent === original || sent === lowerCase)) return true;
    return (
      // The most likely first, to save hashes.
      sent === this.hash(original) ||
      sent === this.#hash(this.#options.normalizeKeys ? original : lowerCase) ||
      sent === this.#hash(lowerCase, this.#lowerCaseEnvironment)
    );
  }

  isHashOfEmpty(sent: string): boolean {
    return looksHashed(sent) && this.isFormOf(sent, "", "hashed");
  }

  /** Does not use WebCrypto, which takes ten times as long for so few bytes; a page has hundreds of keys. */
  #hash(key: string, environmentId: string = this.#options.environmentId): string {
    return toHex(sha256(utf8(`${key}:${environmentId}`)));
  }
}

/** Lower-cases a key if `normalizeKeys` is on. */
export function normalizeKey(key: string, { normalizeKeys }: { readonly normalizeKeys: boolean }): string {
  return normalizeKeys ? key.toLowerCase() : key;
}

const hash = /^[0-9a-f]{64}$/;

/** True if a key may be a hash; an unhashed key may look like one. */
export function looksHashed(key: string): boolean {
  return hash.test(key);
}
