import { StorageCryptoError } from "../errors.ts";
import { editJson, JsonLimitError, parseJson, stringifyJson } from "../json.ts";
import { isPlainObject } from "../validation.ts";
import { type FieldEntry, type FieldName, type FieldWith, fieldsWith } from "./fields.ts";

export const sealedFields: readonly FieldEntry<FieldWith<{ protection: "sealed" }>>[] = fieldsWith({
  protection: "sealed",
});

/** True for the one sealed field whose text is an envelope. The text of any other is its value. */
export function hasEnvelope(name: FieldName): boolean {
  return name === "body";
}

/** The text of `body` (PROTOCOL.md, section 3). */
export interface Envelope {
  /** Original values of the keys, by wire name. */
  readonly meta: Readonly<Record<string, unknown>>;
  readonly payload: string | null;
}

export function writeEnvelope(meta: Readonly<Record<string, unknown>>, payload: string | null): string {
  return JSON.stringify({ meta, payload });
}

/**
 * Parses the text of a body. Returns undefined if it is not an envelope: older writers encrypted the body itself.
 *
 * @throws StorageCryptoError if it may be an envelope but costs too much to parse.
 */
export function readEnvelope(text: string): Envelope | undefined {
  const { meta, payload = null } = parseObject(text) ?? {};
  if (!isPlainObject(meta)) return undefined;
  // Some writers put JSON instead of a string into the payload.
  return { meta, payload: payload === null || typeof payload === "string" ? payload : stringifyJson(payload) };
}

/**
 * True if a text could be served as a body and read as an envelope. This includes `meta` as a JSON text, as the Java
 * SDK wrote it once (PROTOCOL.md, section 3), and any text that costs too much to parse.
 */
export function resemblesEnvelope(text: string): boolean {
  try {
    const { meta } = parseObject(text) ?? {};
    return isPlainObject(meta) || (typeof meta === "string" && isPlainObject(JSON.parse(meta)));
  } catch (error) {
    return error instanceof StorageCryptoError;
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  // Avoids parsing other texts, which may be megabytes.
  if (!text.trimStart().startsWith("{") || !(text.includes('"meta"') || text.includes("\\u"))) return undefined;
  try {
    const parsed = parseJson(text);
    return isPlainObject(parsed) ? parsed : undefined;
  } catch (error) {
    if (!(error instanceof JsonLimitError)) return undefined;
    throw new StorageCryptoError(
      "The body was decrypted, but its JSON is nested too deeply or too large to be parsed.",
    );
  }
}

/** Adds originals of keys to the text of an envelope, and keeps the digits of its numbers. */
export function addToMeta(text: string, originals: Readonly<Record<string, string>>): string {
  return editJson(text, (envelope) =>
    isPlainObject(envelope) && isPlainObject(envelope.meta)
      ? { ...envelope, meta: { ...envelope.meta, ...originals } }
      : envelope,
  );
}

/** The original of a key, by its wire name: `key` is an old name for `record_key`. */
export function originalKey(envelope: Envelope, wire: string): string | undefined {
  const original = envelope.meta[wire] ?? (wire === "record_key" ? envelope.meta.key : undefined);
  return typeof original === "string" ? original : undefined;
}
