import { toHex, utf8 } from "../encoding.ts";
import { BoundedMap } from "./bounded-map.ts";

/** What stands in for a key before it is hashed or sent: with `normalizeKeys`, the key in lower case (protocol.md, section 2). */
export function normalizeKey(key: string, { normalizeKeys }: { readonly normalizeKeys: boolean }): string {
  return normalizeKeys ? key.toLowerCase() : key;
}

/** A key hasher that remembers what it hashed: the records of one batch or page share most of their keys. */
export type KeyHasher = (value: string) => Promise<string>;

/** Enough for a page and more. An operation may go through millions of records. */
const maxRemembered = 8192;

/** A hasher for one operation: it is dropped with it, and the keys that it remembers with it. */
export function createKeyHasher(environmentId: string): KeyHasher {
  const known = new BoundedMap<string, Promise<string>>(maxRemembered);
  return (value) => {
    const remembered = known.get(value);
    if (remembered !== undefined) return remembered;
    const hash = hashText(`${value}:${environmentId}`);
    known.set(value, hash);
    return hash;
  };
}

/** Lower-case hex of SHA-256 over the key, a colon and the environment id (protocol.md, section 2). */
async function hashText(text: string): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(text))));
}

const hash = /^[0-9a-f]{64}$/;

/** Whether a key may be a hash; one that is sent as it is may look like one. */
export function looksHashed(key: string): boolean {
  return hash.test(key);
}
