/**
 * Encrypts a long text in pieces: the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: "Online
 * Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", CRYPTO 2015), as `age` uses it. The nonce counts the
 * pieces and marks the last one, so that none can be omitted, repeated or moved, and the end cannot be cut off.
 */
import type { Bytes } from "../encoding.ts";
import { uniformly } from "./decryption-error.ts";

const nonceLength = 12;
/** The counter is big-endian in bytes 0 to 10; its last four bytes suffice for every file. */
const counterOffset = 7;
const lastPieceOffset = 11;

export const tagLength = 16;

/** Makes the nonce of a piece: a counter of 11 bytes, then 1 for the last piece and 0 for any other. */
export function pieceNonce(index: number, last: boolean): Bytes {
  const nonce = new Uint8Array(nonceLength);
  new DataView(nonce.buffer).setUint32(counterOffset, index);
  nonce[lastPieceOffset] = last ? 1 : 0;
  return nonce;
}

export async function sealPiece(key: CryptoKey, nonce: Bytes, bytes: Bytes, additionalData?: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.encrypt(aesGcm(nonce, additionalData), key, bytes));
}

/** @throws StorageCryptoError unless the piece was sealed with this key and nonce. */
export function openPiece(key: CryptoKey, nonce: Bytes, sealed: Bytes, additionalData?: Bytes): Promise<Bytes> {
  return uniformly(async () => new Uint8Array(await crypto.subtle.decrypt(aesGcm(nonce, additionalData), key, sealed)));
}

function aesGcm(iv: Bytes, additionalData: Bytes | undefined): AesGcmParams {
  return { name: "AES-GCM", iv, ...(additionalData && { additionalData }) };
}
