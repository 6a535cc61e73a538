import { fromBase64, fromUtf8 } from "../encoding.ts";

/** What an id in a response is compared with. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** True if the body may hold readable texts in base64 (`encrypt: false`), so that searching it for an id proves nothing. */
  readonly readable?: boolean | undefined;
}

export const requestIdHeader = "x-request-id";

/**
 * Checks a request id that a server chose, before logs and errors show it: it must look generated, and must not repeat a part of
 * the request, such as a token. The id that the caller sent is accepted as it is.
 */
export function isRequestId(text: string, { headers = {}, url, body = "", readable = false }: SentRequest): boolean {
  const sent = Object.entries(headers);
  if (sent.some(([name, value]) => name.toLowerCase() === requestIdHeader && value === text)) return true;
  if (!isGeneratedId(text) || (readable && body !== "")) return false;
  const digits = withoutHyphens(text);
  const short = [url, ...sent.map(([, value]) => decodeCredentials(value))];
  if (short.some((value) => withoutHyphens(value).includes(digits))) return false;
  // Searches for the first group of a UUID, which is the same without hyphens: a long body is not copied.
  const group = digits.slice(0, 8);
  const forms = [text, text.toLowerCase(), text.toUpperCase(), group, group.toUpperCase()];
  return !forms.some((form) => body.includes(form));
}

function withoutHyphens(text: string): string {
  return text.toLowerCase().replaceAll("-", "");
}

const basicScheme = "Basic ";

function decodeCredentials(header: string): string {
  return header.startsWith(basicScheme) ? fromUtf8(fromBase64(header.slice(basicScheme.length))) : header;
}

/** Hex digits in groups, as in UUIDs and trace ids. */
const hexGroups = /^[\da-f]+(?:-[\da-f]+)*$/i;
const minHexLength = 16;
const maxLength = 128;
/** https://github.com/ulid/spec */
const ulid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i;

/**
 * True for the forms in which services write generated ids. Words, names, phone and document numbers have none of these forms.
 */
export function isGeneratedId(text: string): boolean {
  if (text.length > maxLength) return false;
  const isHex = text.length >= minHexLength && /[a-f]/i.test(text) && hexGroups.test(text);
  return isHex || ulid.test(text);
}
