import { type Bytes, toBinaryString } from "../encoding.ts";
import { StorageCryptoError } from "../errors.ts";
import { BoundedMap } from "./bounded-map.ts";
import { deriveKey, importSecret, type KeyReuse, randomBytes, saltLength } from "./key-derivation.ts";
import type { CheckedSecret } from "./secrets.ts";

/** The key for one ciphertext. */
export interface SealingKey {
  readonly salt: Bytes;
  readonly key: Promise<CryptoKey>;
}

/** Counts the messages of a key, also across its removal from the key ring. */
export interface Usage {
  messages: number;
}

export interface SealingLimits {
  readonly reuse: KeyReuse;
  /** Messages per secret with `isKey`. */
  readonly maxMessagesPerKey: number;
  /** Derived keys cached per secret, one for each salt. */
  readonly maxDerivedKeys: number;
}

interface ReusedKey extends SealingKey {
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
  messages: number;
}

/** The keys of one secret. Concurrent calls share one derivation. */
export class SecretKeys {
  readonly #version: number;
  readonly #limits: SealingLimits;
  readonly #usage: Usage;
  /** The imported password or key. */
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

  /** Returns the key for one more ciphertext. @throws StorageCryptoError if the limit of a key is reached. */
  takeSealingKey(): SealingKey {
    if (!this.#isKey) {
      const reused = this.#reusedKey();
      reused.messages += 1;
      return reused;
    }
    if (this.#usage.messages >= this.#limits.maxMessagesPerKey) {
      throw new StorageCryptoError(
        `The key of version ${this.#version} has encrypted 2^32 messages, the limit of AES-GCM: add a new key and make it current.`,
      );
    }
    this.#usage.messages += 1;
    // Readers ignore the salt of a key, but the format has it (PROTOCOL.md, section 4).
    return { salt: randomBytes(saltLength), key: this.#base };
  }

  /** Returns the key of a ciphertext with this salt. */
  openingKey(salt: Bytes): Promise<CryptoKey> {
    if (this.#isKey) return this.#base;
    const name = toBinaryString(salt);
    return this.#derived.get(name) ?? this.#derive(salt, name);
  }

  #reusedKey(): ReusedKey {
    const { maxMessages, maxAge } = this.#limits.reuse;
    const now = Date.now();
    const current = this.#reused;
    // A negative age means that the clock was set back.
    const age = now - (current?.madeAt ?? now);
    if (current !== undefined && current.messages < maxMessages && age >= 0 && age < maxAge) return current;
    const salt = randomBytes(saltLength);
    // A key for one message is hardly ever needed again: it is not cached.
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
    // A failed derivation (out of memory) may succeed later.
    key.catch(() => this.#derived.delete(name));
    return key;
  }
}
