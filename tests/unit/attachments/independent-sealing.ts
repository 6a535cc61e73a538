import { createCipheriv, createDecipheriv, createHash, hkdfSync, pbkdf2Sync } from "node:crypto";

/**
 * Sealed files by SEALED-FILES.md alone, on Node's own cryptography: nothing of src/ is used here.
 */
export interface Secret {
  readonly version: number;
  /** A password, or a key of 32 bytes. */
  readonly secret: string | Uint8Array;
}

export interface RecordIdentity {
  readonly environmentId: string;
  readonly country: string;
  readonly recordKeyHash: string;
}

export interface Metadata {
  readonly name: string;
  readonly type?: string | undefined;
  readonly size?: number | undefined;
}

const pieceSize = 65_536;
const tagSize = 16;
const headerSize = 85;
const magic = Buffer.from("494e435345414c0a", "hex");

export function sealIndependently(
  bytes: Uint8Array,
  metadata: Metadata,
  { secret, record, salt }: { secret: Secret; record: RecordIdentity; salt: Uint8Array },
): Buffer {
  const json = Buffer.from(JSON.stringify(metadata));
  const padded = Buffer.concat([json, Buffer.alloc(Math.ceil(json.length / 256) * 256 - json.length, " ")]);
  const header = Buffer.alloc(headerSize);
  magic.copy(header);
  header[8] = 1;
  header.writeBigUInt64BE(BigInt(secret.version), 9);
  header.set(salt, 17);
  header.writeUInt32BE(padded.length + tagSize, 81);
  const metadataKey = derive(secret, salt, ["incountry-storage sealed file 1: metadata", ...textsOf(record)]);
  const sealedMetadata = seal(metadataKey, nonceOf(0, true), padded, header);
  const contentKey = contentKeyOf(secret, salt, record, metadata.name);
  const count = Math.max(1, Math.ceil(bytes.length / pieceSize));
  const pieces = Array.from({ length: count }, (_, index) =>
    seal(contentKey, nonceOf(index, index === count - 1), bytes.subarray(index * pieceSize, (index + 1) * pieceSize)),
  );
  return Buffer.concat([header, sealedMetadata, ...pieces]);
}

/** The metadata and the bytes of a sealed file. Throws where anything is not as it must be. */
export function openIndependently(
  sealed: Uint8Array,
  { secret, record }: { secret: Secret; record: RecordIdentity },
): { metadata: Metadata; bytes: Buffer } {
  const file = Buffer.from(sealed);
  if (!file.subarray(0, 8).equals(magic) || file[8] !== 1) throw new Error("Not a sealed file.");
  if (file.readBigUInt64BE(9) !== BigInt(secret.version)) throw new Error("Another secret.");
  const salt = file.subarray(17, 81);
  const metadataSize = file.readUInt32BE(81);
  const header = file.subarray(0, headerSize);
  const metadataKey = derive(secret, salt, ["incountry-storage sealed file 1: metadata", ...textsOf(record)]);
  const sealedMetadata = file.subarray(headerSize, headerSize + metadataSize);
  const metadata: Metadata = JSON.parse(open(metadataKey, nonceOf(0, true), sealedMetadata, header).toString());
  const contentKey = contentKeyOf(secret, salt, record, metadata.name);
  const content = file.subarray(headerSize + metadataSize);
  const count = Math.max(1, Math.ceil(content.length / (pieceSize + tagSize)));
  const pieces = Array.from({ length: count }, (_, index) => {
    const piece = content.subarray(index * (pieceSize + tagSize), (index + 1) * (pieceSize + tagSize));
    return open(contentKey, nonceOf(index, index === count - 1), piece);
  });
  return { metadata, bytes: Buffer.concat(pieces) };
}

export function storedNameIndependently(
  name: string,
  { secret, record }: { secret: Secret; record: RecordIdentity },
): string {
  const purpose = "incountry-storage sealed file 1: name";
  const salt = createHash("sha512")
    .update(encode([purpose, record.environmentId]))
    .digest();
  return `${derive(secret, salt, [purpose, ...textsOf(record), name]).toString("hex")}.sealed`;
}

function contentKeyOf(secret: Secret, salt: Uint8Array, record: RecordIdentity, name: string): Buffer {
  return derive(secret, salt, ["incountry-storage sealed file 1: content", ...textsOf(record), name]);
}

function textsOf({ environmentId, country, recordKeyHash }: RecordIdentity): string[] {
  return [environmentId, country, recordKeyHash];
}

function derive({ secret }: Secret, salt: Uint8Array, texts: readonly string[]): Buffer {
  const base = typeof secret === "string" ? pbkdf2Sync(secret, salt, 10_000, 32, "sha512") : secret;
  return Buffer.from(hkdfSync("sha256", base, salt, encode(texts), 32));
}

function encode(texts: readonly string[]): Buffer {
  return Buffer.concat(
    texts.flatMap((text) => {
      const bytes = Buffer.from(text);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

function nonceOf(index: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(index, 7);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

function seal(key: Buffer, nonce: Buffer, bytes: Uint8Array, additionalData = Buffer.alloc(0)): Buffer {
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(additionalData);
  return Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

function open(key: Buffer, nonce: Buffer, sealed: Buffer, additionalData = Buffer.alloc(0)): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", key, nonce).setAAD(additionalData);
  decipher.setAuthTag(sealed.subarray(sealed.length - tagSize));
  return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - tagSize)), decipher.final()]);
}
