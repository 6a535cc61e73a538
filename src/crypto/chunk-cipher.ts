import type { Bytes } from "../encoding.ts";
import { cannotOpen } from "./formats.ts";

/**
 * A long text in pieces, each sealed by itself: the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: "Online
 * Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", CRYPTO 2015), as `age` uses it. The nonce counts the
 * pieces, and marks the last one: none of them can be left out, doubled, or put elsewhere, and the end cannot be cut off.
 */
const nonceLength = 12;
/** The last of the 12 bytes is the mark. */
const markOffset = 11;
/** The counter is the 11 bytes before it; files have fewer pieces than its last four can count. */
const counterOffset = 7;

export const tagLength = 16;

/** The nonce of a piece: a counter of 11 bytes, and 1 for the last piece, 0 for any other. */
export function pieceNonce(index: number, last: boolean): Bytes {
  const nonce = new Uint8Array(nonceLength);
  new DataView(nonce.buffer).setUint32(counterOffset, index);
  nonce[markOffset] = last ? 1 : 0;
  return nonce;
}

export async function sealPiece(key: CryptoKey, nonce: Bytes, bytes: Bytes, additionalData?: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.encrypt(aesGcm(nonce, additionalData), key, bytes));
}

/** @throws StorageCryptoError where it is not what was sealed with this key and nonce. */
export async function openPiece(key: CryptoKey, nonce: Bytes, sealed: Bytes, additionalData?: Bytes): Promise<Bytes> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt(aesGcm(nonce, additionalData), key, sealed));
  } catch {
    throw cannotOpen();
  }
}

function aesGcm(iv: Bytes, additionalData: Bytes | undefined): AesGcmParams {
  return additionalData === undefined ? { name: "AES-GCM", iv } : { name: "AES-GCM", iv, additionalData };
}
