import { fromUtf8, orUndefined } from "../encoding.ts";

/** `name=value` or `name="value"`, with escapes (RFC 6266, section 4.1). */
const parameter = /;\s*([\w!#$%&+\-^`|~.*]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s"]*))/gs;

/** Reads the file name from a `content-disposition` header. */
export function fileNameOf(header: string | null): string | undefined {
  const parameters = new Map<string, string>();
  for (const [, name = "", quoted, token = ""] of (header ?? "").matchAll(parameter)) {
    const value = quoted === undefined ? token : quoted.replace(/\\(.)/gs, "$1");
    if (!parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), value);
  }
  const name = extendedValue(parameters.get("filename*")) ?? rawUtf8(parameters.get("filename"));
  return name === "" ? undefined : name;
}

/** RFC 8187, section 3.2: `UTF-8'en'na%C3%AFve`. */
function extendedValue(value = ""): string | undefined {
  const [, charset = "", encoded = ""] = /^(utf-8|iso-8859-1)'[^']*'(.*)$/is.exec(value) ?? [];
  if (charset === "") return undefined;
  return charset.toLowerCase() === "utf-8" ? orUndefined(() => decodeURIComponent(encoded)) : unescapeLatin1(encoded);
}

function unescapeLatin1(text: string): string {
  return text.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** `fetch` decodes header values as Latin-1. Many servers send UTF-8. */
function rawUtf8(value: string | undefined): string | undefined {
  if (value === undefined || !/^[\0-\xff]*$/.test(value)) return value;
  return orUndefined(() => fromUtf8(Uint8Array.from(value, (character) => character.charCodeAt(0)))) ?? value;
}

/** Characters that some file system forbids, and invisible ones that make one name look like another. */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}"*/:<>?\\|]/gu;
/** Device names, which Windows resolves in every folder, with any extension, and with spaces before it. */
const device = /^(?:con|conin\$|conout\$|prn|aux|nul|(?:com|lpt)[\d¹²³])(?=\s*(?:\.|$))/i;
/** The most bytes that common file systems allow in a name. */
const maxLength = 255;

/** Changes a name as little as needed to save a file under it: inside its folder, visible, on any file system. */
export function safeFileName(name: string): string {
  const clean = withoutEnd(name.replace(unsafe, "_").replace(/^[\s.]+/, ""));
  // Shortening can produce a device name, and the prefix against that can make the name too long again.
  return shortened(shortened(clean === "" ? "attachment" : clean).replace(device, "_$&"));
}

/** Removes dots and spaces at the end. A regular expression would take quadratic time. */
function withoutEnd(name: string): string {
  let end = name.length;
  while (end > 0 && /[\s.]/.test(name.charAt(end - 1))) end -= 1;
  return name.slice(0, end);
}

/** Shortens a name, but keeps its extension. */
function shortened(name: string): string {
  if (byteLength(name) <= maxLength) return name;
  const extension = /\.[^.]{1,16}$/.exec(name)?.[0] ?? "";
  let room = maxLength - byteLength(extension);
  let kept = "";
  for (const character of name.slice(0, name.length - extension.length)) {
    room -= byteLength(character);
    if (room < 0) break;
    kept += character;
  }
  return withoutEnd(kept) + extension;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
