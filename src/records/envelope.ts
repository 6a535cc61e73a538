import { editJson, JsonLimitError, parseJson, stringifyJson } from "../json.ts";
import { isPlainObject } from "../validation.ts";

/** What is sealed in `body` (protocol.md, section 3). */
export interface Envelope {
  /** Original values of the keys, by wire name. */
  readonly meta: Readonly<Record<string, unknown>>;
  readonly payload: string | null;
}

export function writeEnvelope(meta: Readonly<Record<string, unknown>>, payload: string | null): string {
  return JSON.stringify({ meta, payload });
}

/**
 * Takes an opened body apart; undefined for a body from before the envelope existed, which is the whole text.
 *
 * Throws a `JsonLimitError` for a text that may be an envelope and costs too much to parse.
 */
export function readEnvelope(text: string): Envelope | undefined {
  const { meta, payload = null } = parseObject(text) ?? {};
  if (!isPlainObject(meta)) return undefined;
  // A writer that sealed something else than a text meant its JSON.
  return { meta, payload: payload === null || typeof payload === "string" ? payload : stringifyJson(payload) };
}

/**
 * True if a text would be taken for an envelope if it were served as a body. The Java SDK wrote `meta` as a JSON text once, which
 * other SDKs read (protocol.md, section 3). A text that costs too much to parse is taken for one.
 */
export function resemblesEnvelope(text: string): boolean {
  try {
    const { meta } = parseObject(text) ?? {};
    return isPlainObject(meta) || (typeof meta === "string" && isPlainObject(JSON.parse(meta)));
  } catch (error) {
    return error instanceof JsonLimitError;
  }
}

/** The JSON object of a text that may be an envelope; undefined for any other. */
function parseObject(text: string): Record<string, unknown> | undefined {
  // Another text need not be parsed, and may be megabytes.
  if (!text.trimStart().startsWith("{") || !(text.includes('"meta"') || text.includes("\\u"))) return undefined;
  try {
    const parsed = parseJson(text);
    return isPlainObject(parsed) ? parsed : undefined;
  } catch (error) {
    if (error instanceof JsonLimitError) throw error;
    return undefined;
  }
}

/** The text of an envelope with originals of keys added to it, and everything else in it as it was, numbers digit by digit. */
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
