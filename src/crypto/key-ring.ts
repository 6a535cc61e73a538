import { toBase64 } from "../encoding.ts";
import { BoundedMap } from "./bounded-map.ts";
import { type KeyReuse, maxMessagesPerKey } from "./key-derivation.ts";
import { type SealingLimits, SecretKeys, type Usage } from "./secret-keys.ts";
import type { CheckedSecret } from "./secrets.ts";

const maxDerivedKeys = 4096;
/** Secrets whose keys are kept. */
const maxSecrets = 64;
/** Keys whose messages are counted, those that `getSecrets` no longer returns included: it may return them again. */
const maxUsages = 4096;

/**
 * The keys of one Storage. They are found again by a keyed hash of their secret, so that no secret is held here, and another
 * secret under an old version never meets the old one's keys.
 */
export class KeyRing {
  readonly #limits: SealingLimits;
  /** By fingerprint. */
  readonly #secrets = new BoundedMap<string, SecretKeys>(maxSecrets);
  readonly #usages = new BoundedMap<string, Usage>(maxUsages);
  /** The secrets of operations that have not ended. */
  readonly #known = new WeakMap<CheckedSecret, Promise<SecretKeys>>();
  readonly #fingerprints = new WeakMap<CheckedSecret, Promise<string>>();
  #fingerprintKey: Promise<CryptoKey> | undefined;

  constructor(reuse: KeyReuse, limits: Partial<Omit<SealingLimits, "reuse">> = {}) {
    this.#limits = { maxMessagesPerKey, maxDerivedKeys, ...limits, reuse };
  }

  keysOf(secret: CheckedSecret): Promise<SecretKeys> {
    const known = this.#known.get(secret);
    if (known !== undefined) return known;
    const keys = this.#find(secret);
    this.#known.set(secret, keys);
    return keys;
  }

  /** Forgets the keys of every secret that is not among these: `getSecrets` no longer returns it. */
  async keepOnly(secrets: Iterable<CheckedSecret>): Promise<void> {
    if (this.#secrets.size === 0) return;
    const kept = new Set(await Promise.all(Array.from(secrets, (secret) => this.#fingerprintOf(secret))));
    for (const fingerprint of this.#secrets.keys()) if (!kept.has(fingerprint)) this.#secrets.delete(fingerprint);
  }

  async #find(secret: CheckedSecret): Promise<SecretKeys> {
    const fingerprint = await this.#fingerprintOf(secret);
    const known = this.#secrets.get(fingerprint);
    if (known !== undefined) return known;
    const usage = this.#usages.get(fingerprint) ?? { messages: 0 };
    this.#usages.set(fingerprint, usage);
    const keys = new SecretKeys(secret, this.#limits, usage);
    this.#secrets.set(fingerprint, keys);
    return keys;
  }

  #fingerprintOf(secret: CheckedSecret): Promise<string> {
    const known = this.#fingerprints.get(secret);
    if (known !== undefined) return known;
    const fingerprint = this.#fingerprint(secret);
    this.#fingerprints.set(secret, fingerprint);
    return fingerprint;
  }

  async #fingerprint(secret: CheckedSecret): Promise<string> {
    this.#fingerprintKey ??= crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const mac = await crypto.subtle.sign("HMAC", await this.#fingerprintKey, secret.bytes);
    return `${secret.use} ${secret.version} ${toBase64(new Uint8Array(mac))}`;
  }
}
