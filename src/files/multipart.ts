import { utf8 } from "../encoding.ts";

/** A form with one file (RFC 7578): what precedes and what follows the bytes of the file. */
export interface Multipart {
  readonly contentType: string;
  readonly head: Uint8Array<ArrayBuffer>;
  readonly tail: Uint8Array<ArrayBuffer>;
}

/** The name of the form's only part (PROTOCOL.md, section 6). */
const partName = "file";

export function multipart({ name, type }: { name: string; type: string | undefined }): Multipart {
  // 122 random bits: no file contains them, neither by chance nor on purpose.
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
 * Writes a name like browsers do: raw UTF-8, with `"`, CR and LF as %22, %0D and %0A (HTML, section "multipart form
 * data"). Other control characters are encoded too, since headers cannot contain them. That is ambiguous for a name
 * that contains "%22" itself, or a backslash, which some servers read as an escape. Such a name is sent a second time
 * as `filename*`, which is not ambiguous (RFC 8187) and takes precedence (PROTOCOL.md, section 6).
 */
function fileNameParameters(name: string): string {
  const plain = `filename="${name.replace(/["\p{Cc}]/gu, encodeURIComponent)}"`;
  return ambiguous.test(name) ? `${plain}; filename*=UTF-8''${extendedValue(name)}` : plain;
}

const ambiguous = /["%\\\p{Cc}]/u;

/** RFC 8187, section 3.2.1: percent-encodes all but the characters of `attr-char`. */
function extendedValue(text: string): string {
  return encodeURIComponent(text).replace(/['()*]/g, percentEncoded);
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
