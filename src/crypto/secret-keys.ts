import { type Bytes, toBinaryString } from "../encoding.ts";
import { StorageCryptoError } from "../errors.ts";
import { BoundedMap } from "./bounded-map.ts";
import { saltLength } from "./formats.ts";
import { deriveKey, importSecret, type KeyReuse, randomBytes } from "./key-derivation.ts";
import type { CheckedSecret } from "./secrets.ts";

/** The key for one ciphertext. */
export interface SealingKey {
  readonly salt: Bytes;
  readonly key: Promise<CryptoKey>;
}

/** The messages that a key has sealed, however often its keys were dropped meanwhile. */
export interface Usage {
  messages: number;
}

export interface SealingLimits {
  readonly reuse: KeyReuse;
  /** Messages under a secret that is itself a key. */
  readonly maxMessagesPerKey: number;
  /** Derived keys kept of one secret: salts of other writers, a key each. */
  readonly maxDerivedKeys: number;
}

interface ReusedKey extends SealingKey {
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
  messages: number;
}

/** The keys of one secret. A key is derived once for however many calls wait for it. */
export class SecretKeys {
  readonly #version: number;
  readonly #limits: SealingLimits;
  readonly #usage: Usage;
  /** The password as WebCrypto takes it, or the key itself. */
  readonly #base: Promise<CryptoKey>;
  readonly #isKey: boolean;
  /** By salt. */
  readonly #derived: BoundedMap<string, Promise<CryptoKey>>;
  #reused: ReusedKey | undefined;

  constructor(secret: CheckedSecret, limits: SealingLimits, usage: Usage) {
    this.#version = secret.version;
    this.#limits = limits;
    this.#usage = usage;
    this.#isKey = secret.use === "key";
    this.#base = importSecret(secret);
    this.#derived = new BoundedMap(limits.maxDerivedKeys);
  }

  /**
   * The key for one more ciphertext.
   *
   * @throws StorageCryptoError where the secret is a key that has sealed as much as one may.
   */
  takeSealingKey(): SealingKey {
    if (!this.#isKey) {
      const reused = this.#reusedKey();
      reused.messages += 1;
      return reused;
    }
    if (this.#usage.messages >= this.#limits.maxMessagesPerKey) throw exhausted(this.#version);
    this.#usage.messages += 1;
    // The salt is ignored by every reader; its room is there all the same (protocol.md, section 4).
    return { salt: randomBytes(saltLength), key: this.#base };
  }

  /** The key of a ciphertext that was sealed under a salt. */
  openingKey(salt: Bytes): Promise<CryptoKey> {
    if (this.#isKey) return this.#base;
    const name = toBinaryString(salt);
    return this.#derived.get(name) ?? this.#derive(salt, name);
  }

  #reusedKey(): ReusedKey {
    const { maxMessages, maxAge } = this.#limits.reuse;
    const now = Date.now();
    const current = this.#reused;
    if (current !== undefined && current.messages < maxMessages) {
      // A clock that was set back is no reason to keep a key for longer.
      const age = now - current.madeAt;
      if (age >= 0 && age < maxAge) return current;
    }
    const salt = randomBytes(saltLength);
    // With a salt each, a key is as good as never read again; with reuse, our own records are the first to be opened.
    const key = maxMessages > 1 ? this.#derive(salt, toBinaryString(salt)) : deriveKey(this.#base, salt);
    const reused = { salt, key, madeAt: now, messages: 0 };
    this.#reused = reused;
    key.catch(() => {
      if (this.#reused === reused) this.#reused = undefined;
    });
    return reused;
  }

  #derive(salt: Bytes, name: string): Promise<CryptoKey> {
    const key = deriveKey(this.#base, salt);
    this.#derived.set(name, key);
    // A derivation that failed (out of memory) may succeed the next time.
    key.catch(() => this.#derived.delete(name));
    return key;
  }
}

function exhausted(version: number): StorageCryptoError {
  return new StorageCryptoError(
    `The key of version ${version} has sealed as many messages as AES-GCM allows, 2^32: add a new key and make it current.`,
  );
}
