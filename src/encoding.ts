/** Texts and bytes: UTF-8, base64 and hex, each strict, so that damaged input is an error and never another value. */

const encoder: TextEncoder = new TextEncoder();
// ignoreBOM keeps a leading U+FEFF: it is part of the text that was sealed.
const decoder: TextDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes that WebCrypto takes: backed by an ArrayBuffer of their own, not by shared memory. */
export type Bytes = Uint8Array<ArrayBuffer>;

export function utf8(text: string): Bytes {
  return encoder.encode(text);
}

/** Throws a `TypeError` where the bytes are not UTF-8. */
export function fromUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** A text that holds its characters alone: engines keep one that was put together, or cut out, with what it was made of. */
export function compact<Value>(value: Value): Value | string {
  return typeof value === "string" && isWellFormed(value) ? fromUtf8(utf8(value)) : value;
}

/** `String.fromCharCode` takes its input as arguments; engines limit how many. */
const charactersPerCall = 8192;

/** One character (U+0000…U+00FF) for each byte. */
export function toBinaryString(bytes: Uint8Array): string {
  // Not by spreading, which goes through an iterator and takes seven times as long.
  if (bytes.length <= charactersPerCall) return Reflect.apply(String.fromCharCode, undefined, bytes);
  let text = "";
  for (let start = 0; start < bytes.length; start += charactersPerCall) {
    text += Reflect.apply(String.fromCharCode, undefined, bytes.subarray(start, start + charactersPerCall));
  }
  return text;
}

/** Standard alphabet, padded (RFC 4648, section 4). */
export function toBase64(bytes: Uint8Array): string {
  return btoa(toBinaryString(bytes));
}

/** Throws a `TypeError` for anything but padded base64 in the standard alphabet. */
export function fromBase64(text: string): Bytes {
  // By no regular expression: engines keep the last text that one matched (`RegExp.input`), and this may be a key.
  const binary = decodeBase64(text);
  // atob forgives white space and missing padding: a ciphertext that has them was damaged.
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  if (binary?.length !== (text.length / 4) * 3 - padding) throw new TypeError("The text is not base64.");
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

function decodeBase64(text: string): string | undefined {
  try {
    return atob(text);
  } catch {
    return undefined;
  }
}

const hexOfByte: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Lower case. */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += hexOfByte[byte];
  return text;
}

const hexText = /^(?:[0-9a-fA-F]{2})*$/;

/** Throws a `TypeError` for anything but pairs of hex digits. */
export function fromHex(text: string): Bytes {
  if (!hexText.test(text)) throw new TypeError("The text is not hex.");
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index += 1)
    bytes[index] = Number.parseInt(text.slice(index * 2, index * 2 + 2), 16);
  return bytes;
}

/** Whether UTF-8 can carry the text: a lone surrogate would silently become U+FFFD, another text. */
export function isWellFormed(text: string): boolean {
  return !loneSurrogate.test(text);
}

const loneSurrogate = /\p{Surrogate}/u;
