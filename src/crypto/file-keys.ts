import { type Bytes, utf8 } from "../encoding.ts";
import { StorageConfigError, StorageCryptoError } from "../errors.ts";
import { pbkdf2 } from "./key-derivation.ts";
import type { CheckedSecret, CheckedSecrets } from "./secrets.ts";

/** HKDF makes keys of 256 bits for each purpose out of one. */
const keyBits = 256;
const aes256Gcm = { name: "AES-GCM", length: keyBits } as const;

/**
 * The secret that files are sealed with now.
 *
 * @throws StorageConfigError where it is for custom encryption, which knows texts and no files.
 */
export function currentFileSecret({ current }: CheckedSecrets): CheckedSecret {
  if (current.use !== "custom") return current;
  throw new StorageConfigError(
    `The current secret, version ${current.version}, is for custom encryption, which cannot seal files: attach them with encrypt: false, or make a password or a key (isKey) the current secret.`,
  );
}

/** The secret that a file says it was sealed with. @throws StorageCryptoError where there is none of that version. */
export function fileSecretOf({ byVersion }: CheckedSecrets, version: number): CheckedSecret {
  const secret = byVersion.get(version);
  if (secret !== undefined && secret.use !== "custom") return secret;
  throw new StorageCryptoError(
    `The file was sealed with the secret of version ${version}, a password or a key, which getSecrets() did not return: add it to the secrets.`,
  );
}

/** All that files can be sealed with. */
export function fileSecrets({ byVersion }: CheckedSecrets): CheckedSecret[] {
  return [...byVersion.values()].filter(({ use }) => use !== "custom");
}

/**
 * What the keys of files are derived from (src/files/SEALED-FILES.md): for a password what PBKDF2 makes of it with the
 * salt, as for records; for a key the key itself. It cannot be taken out of the `CryptoKey` again.
 */
export async function fileKeyBase(secret: CheckedSecret, salt: Bytes): Promise<CryptoKey> {
  if (secret.use === "key") return importBase(secret.bytes);
  const password = await crypto.subtle.importKey("raw", secret.bytes, pbkdf2.name, false, ["deriveBits"]);
  const derived = new Uint8Array(await crypto.subtle.deriveBits({ ...pbkdf2, salt }, password, keyBits));
  try {
    return await importBase(derived);
  } finally {
    derived.fill(0);
  }
}

function importBase(bytes: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", bytes, "HKDF", false, ["deriveBits", "deriveKey"]);
}

/** Bytes of HKDF's `info` that every runtime takes. Deno takes more: what it then sealed, Node.js and Bun could not open. */
export const maxInfoLength = 1024;

/** A key for AES-256-GCM. @throws StorageCryptoError where the runtime does not take so long an `info`. */
export async function deriveFileKey(base: CryptoKey, salt: Bytes, info: Bytes): Promise<CryptoKey> {
  const usages: KeyUsage[] = ["encrypt", "decrypt"];
  return crypto.subtle.deriveKey(hkdf(salt, info), base, aes256Gcm, false, usages).catch(notDerived);
}

/** 32 bytes that nobody can foresee who lacks the secret. @throws StorageCryptoError as `deriveFileKey` does. */
export async function deriveFileBytes(base: CryptoKey, salt: Bytes, info: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.deriveBits(hkdf(salt, info), base, keyBits).catch(notDerived));
}

function notDerived(cause: unknown): never {
  throw new StorageCryptoError(
    "This runtime cannot open a sealed file whose name is so long: open it where it was sealed, and seal it under a shorter name.",
    { cause },
  );
}

function hkdf(salt: Bytes, info: Bytes): HkdfParams {
  return { name: "HKDF", hash: "SHA-256", salt, info };
}

/** Bytes of the number that says how long a text is. */
const lengthBytes = 4;

/** The texts one after the other, each with its length before it: no two lists of texts give the same bytes. */
export function encodeTexts(texts: readonly string[]): Bytes {
  const encoded = texts.map(utf8);
  const bytes = new Uint8Array(encoded.reduce((length, text) => length + lengthBytes + text.length, 0));
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const text of encoded) {
    view.setUint32(offset, text.length);
    bytes.set(text, offset + lengthBytes);
    offset += lengthBytes + text.length;
  }
  return bytes;
}

/** A salt for what must come out the same each time: SHA-512, as long as a random one. */
export async function fixedSalt(texts: readonly string[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-512", encodeTexts(texts)));
}
