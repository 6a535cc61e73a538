import { toBase64 } from "../encoding.ts";
import { BoundedMap } from "./bounded-map.ts";
import { type KeyReuse, maxMessagesPerKey } from "./key-derivation.ts";
import { type SealingLimits, SecretKeys, type Usage } from "./secret-keys.ts";
import type { CheckedSecret } from "./secrets.ts";

const maxDerivedKeys = 4096;
const maxSecrets = 64;
/** More than `maxSecrets`: the count of a key must survive, since `getSecrets` may return a removed key again. */
const maxUsages = 4096;

/** The keys of one Storage, by a keyed hash of their secret, so that no secret is kept in memory. */
export class KeyRing {
  readonly #limits: SealingLimits;
  /** By fingerprint. */
  readonly #secrets = new BoundedMap<string, SecretKeys>(maxSecrets);
  readonly #usages = new BoundedMap<string, Usage>(maxUsages);
  /** Saves an operation from hashing its secret again for each record. */
  readonly #keys = new WeakMap<CheckedSecret, Promise<SecretKeys>>();
  #fingerprintKey: Promise<CryptoKey> | undefined;

  constructor(reuse: KeyReuse, limits: Partial<Omit<SealingLimits, "reuse">> = {}) {
    this.#limits = { maxMessagesPerKey, maxDerivedKeys, ...limits, reuse };
  }

  keysOf(secret: CheckedSecret): Promise<SecretKeys> {
    return getOrSet(this.#keys, secret, () => this.#find(secret));
  }

  /** Removes the keys of all other secrets. */
  async keepOnly(secrets: Iterable<CheckedSecret>): Promise<void> {
    if (this.#secrets.size === 0) return;
    const wanted = new Set(await Promise.all(Array.from(secrets, (secret) => this.#fingerprintOf(secret))));
    for (const fingerprint of this.#secrets.keys()) if (!wanted.has(fingerprint)) this.#secrets.delete(fingerprint);
  }

  async #find(secret: CheckedSecret): Promise<SecretKeys> {
    const fingerprint = await this.#fingerprintOf(secret);
    return getOrSet(this.#secrets, fingerprint, () => {
      const usage = getOrSet(this.#usages, fingerprint, () => ({ messages: 0 }));
      return new SecretKeys(secret, this.#limits, usage);
    });
  }

  async #fingerprintOf(secret: CheckedSecret): Promise<string> {
    this.#fingerprintKey ??= crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const mac = await crypto.subtle.sign("HMAC", await this.#fingerprintKey, secret.bytes);
    return `${secret.use} ${secret.version} ${toBase64(new Uint8Array(mac))}`;
  }
}

interface Entries<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): unknown;
}

function getOrSet<Key, Value>(entries: Entries<Key, Value>, key: Key, make: () => Value): Value {
  const existing = entries.get(key);
  if (existing !== undefined) return existing;
  const made = make();
  entries.set(key, made);
  return made;
}
