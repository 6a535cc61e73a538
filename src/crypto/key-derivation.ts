import type { Bytes } from "../encoding.ts";
import type { CheckedSecret } from "./secrets.ts";

/** How long one derived key encrypts new texts. */
export interface KeyReuse {
  /** Ciphertexts per salt. */
  readonly maxMessages: number;
  /** Milliseconds since the salt was made. */
  readonly maxAge: number;
}

export const defaultKeyReuse: KeyReuse = { maxMessages: 2 ** 20, maxAge: 3_600_000 };

/** The most messages under one AES-GCM key with random 96-bit nonces (NIST SP 800-38D, section 8.3). */
export const maxMessagesPerKey: number = 2 ** 32;

/** Bytes (PROTOCOL.md, section 4). */
export const saltLength = 64;
export const pbkdf2 = { name: "PBKDF2", hash: "SHA-512", iterations: 10_000 } as const;
const aes256Gcm = { name: "AES-GCM", length: 256 } as const;
const aesUsages: KeyUsage[] = ["encrypt", "decrypt"];

/** Imports a secret, not extractable: a password to derive keys from, or an AES key. */
export function importSecret({ use, bytes }: CheckedSecret): Promise<CryptoKey> {
  return use === "key"
    ? crypto.subtle.importKey("raw", bytes, aes256Gcm, false, aesUsages)
    : crypto.subtle.importKey("raw", bytes, pbkdf2.name, false, ["deriveKey"]);
}

export async function deriveKey(password: Promise<CryptoKey>, salt: Bytes): Promise<CryptoKey> {
  return crypto.subtle.deriveKey({ ...pbkdf2, salt }, await password, aes256Gcm, false, aesUsages);
}

export function randomBytes(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}
