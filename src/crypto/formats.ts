import { type Bytes, fromBase64, fromHex, fromUtf8, toBase64, utf8 } from "../encoding.ts";
import { StorageCryptoError } from "../errors.ts";

/** Sizes in bytes of what stands in a packed ciphertext: salt ‖ iv ‖ ciphertext ‖ tag. */
export const saltLength = 64;
export const ivLength = 12;
const tagLength = 16;

interface PackedFormat {
  readonly unpack: (packed: string) => Bytes;
  /** Absent for a format that is read and never written. */
  readonly pack?: (bytes: Uint8Array) => string;
}

/** How the packed part of a ciphertext is written, by format (protocol.md, section 4). */
const packedFormats: Readonly<Record<"pt" | "1" | "2", PackedFormat>> = {
  pt: { unpack: fromBase64, pack: toBase64 },
  "1": { unpack: fromHex },
  "2": { unpack: fromBase64, pack: toBase64 },
};

const customPrefix = "c";

/** A ciphertext taken apart, not yet opened. */
export type Ciphertext =
  | { readonly kind: "plain"; readonly text: string }
  | { readonly kind: "sealed"; readonly salt: Bytes; readonly iv: Bytes; readonly sealed: Bytes }
  | { readonly kind: "custom"; readonly configuration: string; readonly packed: string };

/**
 * Everything that fails to open fails with this, so that a forger learns nothing from which step refused it.
 *
 * The cause is not kept: what a decoder says may quote the text that it was decoding.
 */
export function cannotOpen(): StorageCryptoError {
  return new StorageCryptoError(
    "The ciphertext cannot be opened: it was damaged or altered, or sealed with another secret than the one of its version.",
  );
}

export function parseCiphertext(text: string): Ciphertext {
  const colon = text.indexOf(":");
  if (colon < 0) throw cannotOpen();
  const format = text.slice(0, colon);
  const packed = text.slice(colon + 1);
  try {
    if (format === "pt") return { kind: "plain", text: fromUtf8(packedFormats.pt.unpack(packed)) };
    if (format === "1" || format === "2") return takeApart(packedFormats[format].unpack(packed));
    if (format.startsWith(customPrefix)) {
      return { kind: "custom", configuration: fromUtf8(fromBase64(format.slice(customPrefix.length))), packed };
    }
  } catch {
    throw cannotOpen();
  }
  throw cannotOpen();
}

function takeApart(bytes: Bytes): Ciphertext {
  if (bytes.length < saltLength + ivLength + tagLength) throw cannotOpen();
  return {
    kind: "sealed",
    salt: bytes.subarray(0, saltLength),
    iv: bytes.subarray(saltLength, saltLength + ivLength),
    sealed: bytes.subarray(saltLength + ivLength),
  };
}

export function writePlain(text: string): string {
  return `pt:${toBase64(utf8(text))}`;
}

export function writeSealed(salt: Uint8Array, iv: Uint8Array, sealed: Uint8Array): string {
  const bytes = new Uint8Array(salt.length + iv.length + sealed.length);
  bytes.set(salt);
  bytes.set(iv, salt.length);
  bytes.set(sealed, salt.length + iv.length);
  return `2:${toBase64(bytes)}`;
}

export function writeCustom(configuration: string, packed: string): string {
  return `${customPrefix}${toBase64(utf8(configuration))}:${packed}`;
}

/** True unless the format of a body leaves its text readable. An empty text, which has no format, holds nothing to hide. */
export function looksEncrypted(body: string): boolean {
  return body !== "" && !body.startsWith("pt:");
}
