import { sha256 } from "@noble/hashes/sha2.js";
import { toHex, utf8 } from "../encoding.ts";

/** What stands in for a key before it is hashed or sent: with `normalizeKeys`, the key in lower case (protocol.md, section 2). */
export function normalizeKey(key: string, { normalizeKeys }: { readonly normalizeKeys: boolean }): string {
  return normalizeKeys ? key.toLowerCase() : key;
}

/** Lower-case hex of SHA-256 over a key, a colon and the environment id (protocol.md, section 2). */
export type KeyHasher = (key: string) => string;

/** By no WebCrypto: to ask it for a hash of so few bytes takes ten times as long as to make it, and a page has hundreds. */
export function createKeyHasher(environmentId: string): KeyHasher {
  return (key) => toHex(sha256(utf8(`${key}:${environmentId}`)));
}

const hash = /^[0-9a-f]{64}$/;

/** Whether a key may be a hash; one that is sent as it is may look like one. */
export function looksHashed(key: string): boolean {
  return hash.test(key);
}
