import { type Bytes, fromBase64, fromHex, fromUtf8, joined, toBase64, utf8 } from "../encoding.ts";
import { StorageCryptoError } from "../errors.ts";
import type { CustomEncryptions } from "./custom-encryption.ts";
import { cannotDecrypt, uniformly } from "./decryption-error.ts";
import { randomBytes, saltLength } from "./key-derivation.ts";
import type { SecretKeys } from "./secret-keys.ts";
import type { CheckedSecret, CheckedSecrets, SecretUse } from "./secrets.ts";

/** Secrets and keys for the texts of one operation. */
export interface TextKeys {
  secrets(): Promise<CheckedSecrets>;
  keysOf(secret: CheckedSecret): Promise<SecretKeys>;
  readonly customEncryptions: CustomEncryptions;
}

/** The use of the current secret; `none` if nothing is encrypted. */
export type WriterUse = SecretUse | "none";

/** A ciphertext format (PROTOCOL.md, section 4). */
interface CiphertextFormat {
  /** The beginning of every ciphertext in this format, and of no other. */
  readonly prefix: string;
  /** False if anyone can read the text. */
  readonly isEncrypted: boolean;
  /** Decrypts what follows the prefix, with the secret of the given version. */
  readonly read: (packed: string, version: number, keys: TextKeys) => Promise<string>;
  /** Returns what follows the prefix. Absent for a format that is only read. */
  readonly write?: (text: string, keys: TextKeys) => Promise<string>;
  /** Secrets that this format is written with. */
  readonly writtenWith: readonly WriterUse[];
}

const formats: readonly CiphertextFormat[] = [
  {
    prefix: "pt:",
    isEncrypted: false,
    read: (packed) => uniformly(() => fromUtf8(fromBase64(packed))),
    write: async (text) => toBase64(utf8(text)),
    writtenWith: ["none"],
  },
  { prefix: "1:", isEncrypted: true, read: readAes(fromHex), writtenWith: [] },
  { prefix: "2:", isEncrypted: true, read: readAes(fromBase64), write: writeAes, writtenWith: ["password", "key"] },
  { prefix: "c", isEncrypted: true, read: readCustom, write: writeCustom, writtenWith: ["custom"] },
];

/** Prefixes of the formats that anyone can read. */
export const readablePrefixes: readonly string[] = formats
  .filter(({ isEncrypted }) => !isEncrypted)
  .map(({ prefix }) => prefix);

/** False if anyone can read the text. An empty text, which has no format, holds nothing to hide. */
export function isEncrypted(ciphertext: string): boolean {
  return ciphertext !== "" && (formatOf(ciphertext)?.isEncrypted ?? true);
}

/** @throws StorageCryptoError if it cannot be decrypted. */
export async function readCiphertext(ciphertext: string, version: number, keys: TextKeys): Promise<string> {
  const format = formatOf(ciphertext);
  if (format === undefined) throw cannotDecrypt();
  return format.read(ciphertext.slice(format.prefix.length), version, keys);
}

export async function writeCiphertext(text: string, use: WriterUse, keys: TextKeys): Promise<string> {
  const format = formats.find(({ writtenWith }) => writtenWith.includes(use));
  if (format?.write === undefined) throw new StorageCryptoError("No ciphertext format is written with this secret.");
  return format.prefix + (await format.write(text, keys));
}

function formatOf(ciphertext: string): CiphertextFormat | undefined {
  return formats.find(({ prefix }) => ciphertext.startsWith(prefix));
}

/** Bytes of a packed ciphertext: salt ‖ iv ‖ ciphertext ‖ tag. */
const ivLength = 12;
const tagLength = 16;

function readAes(unpack: (packed: string) => Bytes): CiphertextFormat["read"] {
  return async (packed, version, keys) => {
    const bytes = await uniformly(() => unpack(packed));
    if (bytes.length < saltLength + ivLength + tagLength) throw cannotDecrypt();
    const secret = secretOf(await keys.secrets(), version);
    if (secret.use === "custom") throw cannotDecrypt();
    const key = await (await keys.keysOf(secret)).openingKey(bytes.subarray(0, saltLength));
    const iv = bytes.subarray(saltLength, saltLength + ivLength);
    const sealed = bytes.subarray(saltLength + ivLength);
    return uniformly(async () =>
      fromUtf8(new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed))),
    );
  };
}

async function writeAes(text: string, keys: TextKeys): Promise<string> {
  const { current } = await keys.secrets();
  const { salt, key } = (await keys.keysOf(current)).takeSealingKey();
  const iv = randomBytes(ivLength);
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key, utf8(text)));
  return toBase64(joined([salt, iv, sealed]));
}

async function readCustom(packed: string, version: number, keys: TextKeys): Promise<string> {
  const colon = packed.indexOf(":");
  if (colon < 0) throw cannotDecrypt();
  const configuration = await uniformly(() => fromUtf8(fromBase64(packed.slice(0, colon))));
  const secret = secretOf(await keys.secrets(), version);
  return keys.customEncryptions.open(configuration, packed.slice(colon + 1), secret);
}

async function writeCustom(text: string, keys: TextKeys): Promise<string> {
  const { version, packed } = await keys.customEncryptions.seal(text, (await keys.secrets()).current);
  return `${toBase64(utf8(version))}:${packed}`;
}

function secretOf({ byVersion }: CheckedSecrets, version: number): CheckedSecret {
  const secret = byVersion.get(version);
  if (secret !== undefined) return secret;
  throw new StorageCryptoError(
    `The record was encrypted with the secret of version ${version}, which getSecrets() did not return: add it to the secrets.`,
  );
}
