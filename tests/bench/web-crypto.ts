/** The steps of PROTOCOL.md, sections 2 and 4, in plain WebCrypto, for the floor and the plain client. */
const { subtle } = crypto;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

const saltLength = 64;
const ivLength = 12;
const iterations = 10_000;

/** A key, and the salt that it was derived with. */
export interface SaltedKey {
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly key: CryptoKey;
}

export function importPassword(password: string): Promise<CryptoKey> {
  return subtle.importKey("raw", encoder.encode(password), "PBKDF2", false, ["deriveKey"]);
}

export async function derive(password: CryptoKey, salt = freshSalt()): Promise<SaltedKey> {
  const parameters = { name: "PBKDF2", hash: "SHA-512", iterations, salt };
  const aes = { name: "AES-GCM", length: 256 };
  return { salt, key: await subtle.deriveKey(parameters, password, aes, false, ["encrypt", "decrypt"]) };
}

function freshSalt(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(saltLength));
}

/** Lower-case hex of the hash of a key. */
export async function hash(key: string, environmentId: string): Promise<string> {
  const digest = await subtle.digest("SHA-256", encoder.encode(`${key}:${environmentId}`));
  return Buffer.from(digest).toString("hex");
}

export async function encrypt(text: string, { salt, key }: SaltedKey): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(ivLength));
  const sealed = new Uint8Array(await subtle.encrypt({ name: "AES-GCM", iv }, key, encoder.encode(text)));
  return `2:${Buffer.concat([salt, iv, sealed]).toString("base64")}`;
}

/** The parts of a ciphertext. */
export interface Parts {
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly sealed: Uint8Array<ArrayBuffer>;
}

export function takeApart(ciphertext: string): Parts {
  const bytes = Buffer.from(ciphertext.slice(2), "base64");
  return {
    salt: bytes.subarray(0, saltLength),
    iv: bytes.subarray(saltLength, saltLength + ivLength),
    sealed: bytes.subarray(saltLength + ivLength),
  };
}

export async function decrypt({ iv, sealed }: Parts, key: CryptoKey): Promise<string> {
  return decoder.decode(await subtle.decrypt({ name: "AES-GCM", iv }, key, sealed));
}
