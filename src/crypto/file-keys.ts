import { type Bytes, utf8 } from "../encoding.ts";
import { StorageConfigError, StorageCryptoError } from "../errors.ts";
import { pbkdf2 } from "./key-derivation.ts";
import type { CheckedSecret, CheckedSecrets } from "./secrets.ts";

const keyBits = 256;
const aes256Gcm = { name: "AES-GCM", length: keyBits } as const;

/** The secret that new files are encrypted with. @throws StorageConfigError if it is for custom encryption. */
export function currentFileSecret({ current }: CheckedSecrets): CheckedSecret {
  if (current.use !== "custom") return current;
  throw new StorageConfigError(
    `The current secret, version ${current.version}, is for custom encryption, which cannot encrypt files: attach them with encrypt: false, or make a password or a key (isKey) the current secret.`,
  );
}

/** The secret that the header of a file names. @throws StorageCryptoError if it is missing. */
export function fileSecretOf({ byVersion }: CheckedSecrets, version: number): CheckedSecret {
  const secret = byVersion.get(version);
  if (secret !== undefined && secret.use !== "custom") return secret;
  throw new StorageCryptoError(
    `The file was encrypted with the secret of version ${version}, a password or a key, which getSecrets() did not return: add it to the secrets.`,
  );
}

/** The secrets that can encrypt files. */
export function fileSecrets({ byVersion }: CheckedSecrets): CheckedSecret[] {
  return [...byVersion.values()].filter(({ use }) => use !== "custom");
}

/** Makes the base of HKDF (SEALED-FILES.md, "Keys"), not extractable: PBKDF2 of a password, or the key itself. */
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

/** The longest `info` of HKDF, in bytes, that every runtime accepts. Deno accepts longer ones than Node.js and Bun. */
export const maxInfoLength = 1024;

/** Derives a key for AES-256-GCM. @throws StorageCryptoError if `info` is too long for the runtime. */
export async function deriveFileKey(base: CryptoKey, salt: Bytes, info: Bytes): Promise<CryptoKey> {
  const usages: KeyUsage[] = ["encrypt", "decrypt"];
  return crypto.subtle.deriveKey(hkdf(salt, info), base, aes256Gcm, false, usages).catch(notDerived);
}

/** Derives 32 bytes. @throws StorageCryptoError as `deriveFileKey` does. */
export async function deriveFileBytes(base: CryptoKey, salt: Bytes, info: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.deriveBits(hkdf(salt, info), base, keyBits).catch(notDerived));
}

function notDerived(cause: unknown): never {
  throw new StorageCryptoError(
    "This runtime cannot decrypt a file with so long a name: read it in the runtime that wrote it, and attach it under a shorter name.",
    { cause },
  );
}

function hkdf(salt: Bytes, info: Bytes): HkdfParams {
  return { name: "HKDF", hash: "SHA-256", salt, info };
}

/** Bytes of a length prefix. */
const lengthBytes = 4;

/** Concatenates texts with length prefixes, so that no two lists give the same bytes. */
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

/** Makes a salt that is the same for the same texts: SHA-512, as long as a random one. */
export async function fixedSalt(texts: readonly string[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-512", encodeTexts(texts)));
}
