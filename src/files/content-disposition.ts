import { fromUtf8 } from "../encoding.ts";

/** `name=value` or `name="value"`, with its escapes (RFC 6266, section 4.1). */
const parameter = /;\s*([\w!#$%&+\-^`|~.*]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s"]*))/gs;

/** The file name that a `content-disposition` header gives, whichever way it spells it; undefined where it gives none. */
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
function extendedValue(value: string | undefined): string | undefined {
  const [, charset, encoded] = /^([\w-]+)'[^']*'(.*)$/s.exec(value ?? "") ?? [];
  if (charset === undefined || encoded === undefined) return undefined;
  const percent = charset.toLowerCase() === "utf-8" ? decodeURIComponent : unescapeLatin1;
  if (!/^(?:utf-8|iso-8859-1)$/i.test(charset)) return undefined;
  try {
    return percent(encoded);
  } catch {
    return undefined;
  }
}

function unescapeLatin1(text: string): string {
  return text.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Headers come as one character for each byte; what is not UTF-8 is Latin-1. */
function rawUtf8(value: string | undefined): string | undefined {
  if (value === undefined || !/^[\0-\xff]*$/.test(value)) return value;
  try {
    return fromUtf8(Uint8Array.from(value, (character) => character.charCodeAt(0)));
  } catch {
    return value;
  }
}
