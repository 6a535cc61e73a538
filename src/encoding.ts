/** UTF-8, base64 and hex. All decoders are strict: damaged input is an error, never another value. */
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";

const encoder: TextEncoder = new TextEncoder();
// ignoreBOM keeps a leading U+FEFF, which is a part of the text.
const decoder: TextDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes for WebCrypto, which does not accept shared memory. */
export type Bytes = Uint8Array<ArrayBuffer>;

export function utf8(text: string): Bytes {
  return encoder.encode(text);
}

/** @throws TypeError if the bytes are not UTF-8. */
export function fromUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Copies a text, since a slice or a concatenation keeps the memory of its sources. */
export function compact<Value>(value: Value): Value | string {
  return typeof value === "string" && isWellFormed(value) ? fromUtf8(utf8(value)) : value;
}

/** Engines limit the number of arguments. */
const charactersPerCall = 8192;

/** Makes one character (U+0000…U+00FF) of each byte. */
export function toBinaryString(bytes: Uint8Array): string {
  let text = "";
  // Seven times as fast as spread arguments, which use an iterator.
  for (let start = 0; start < bytes.length; start += charactersPerCall) {
    text += Reflect.apply(String.fromCharCode, undefined, bytes.subarray(start, start + charactersPerCall));
  }
  return text;
}

/** RFC 4648, section 4: standard alphabet, padded. */
export function toBase64(bytes: Uint8Array): string {
  return btoa(toBinaryString(bytes));
}

/** @throws TypeError unless the text is padded base64 in the standard alphabet. */
export function fromBase64(text: string): Bytes {
  // Uses no regular expression: engines keep the last matched text (`RegExp.input`), and this may be a key.
  const binary = orUndefined(() => atob(text));
  // atob accepts white space and missing padding.
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  if (binary?.length !== (text.length / 4) * 3 - padding) throw new TypeError("The text is not base64.");
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

/** Writes lower case. The copy is of this realm, as the library requires. */
export function toHex(bytes: Uint8Array): string {
  return bytesToHex(new Uint8Array(bytes));
}

/** @throws Error unless the text consists of pairs of hex digits. */
export function fromHex(text: string): Bytes {
  return new Uint8Array(hexToBytes(text));
}

/** Copies all chunks, one after the other. */
export function joined(chunks: readonly Uint8Array[]): Bytes {
  const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/** Like `joined`, but returns a single chunk as it is. */
export function together(chunks: readonly Uint8Array[]): Uint8Array {
  const [only] = chunks;
  return only !== undefined && chunks.length === 1 ? only : joined(chunks);
}

/** Returns undefined if the step throws. */
export function orUndefined<Result>(step: () => Result): Result | undefined {
  try {
    return step();
  } catch {
    return undefined;
  }
}

const loneSurrogate = /\p{Surrogate}/u;

/** True if UTF-8 can encode the text. A lone surrogate would silently become U+FFFD. */
export function isWellFormed(text: string): boolean {
  return !loneSurrogate.test(text);
}
