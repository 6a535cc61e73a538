import { utf8 } from "../encoding.ts";

/** What stands around the bytes of a file in a form with that one file (RFC 7578). */
export interface Multipart {
  readonly contentType: string;
  readonly head: Uint8Array<ArrayBuffer>;
  readonly tail: Uint8Array<ArrayBuffer>;
}

/** The name of the form's only part (protocol.md, section 6). */
const partName = "file";

export function multipart({ name, type }: { name: string; type: string | undefined }): Multipart {
  // 122 random bits: no file holds them by chance, nor by the design of who wrote it.
  const boundary = `incountry-storage-${crypto.randomUUID()}`;
  const lines = [`--${boundary}`, `Content-Disposition: form-data; name="${partName}"; ${fileNameParameters(name)}`];
  if (type !== undefined) lines.push(`Content-Type: ${type}`);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    head: utf8(`${lines.join("\r\n")}\r\n\r\n`),
    tail: utf8(`\r\n--${boundary}--\r\n`),
  };
}

/**
 * A name goes as browsers send it: raw UTF-8, with `"`, CR and LF as %22, %0D and %0A (HTML, section "multipart form data"),
 * and so with the other control characters, which no header may hold. A reader cannot tell these from a name that holds "%22" itself, and some readers take a backslash for an escape. A name
 * with any of these characters therefore goes a second time as `filename*`, which leaves nothing open (RFC 8187), and which
 * a PoP that understands both spellings (protocol.md, section 6) prefers.
 */
function fileNameParameters(name: string): string {
  const plain = `filename="${name.replace(/["\p{Cc}]/gu, (character) => encodeURIComponent(character))}"`;
  return ambiguous.test(name) ? `${plain}; filename*=UTF-8''${extendedValue(name)}` : plain;
}

/** Quotes, percent signs, backslashes, and control characters. */
const ambiguous = /["%\\\p{Cc}]/u;

/** RFC 8187, section 3.2.1: percent-encoded UTF-8, but for the characters of `attr-char`. */
function extendedValue(text: string): string {
  return encodeURIComponent(text).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
