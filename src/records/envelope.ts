import { editJson, parseJson, stringifyJson } from "../json.ts";
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

/** Takes an opened body apart; undefined for a body from before the envelope existed, which is the whole text. */
export function readEnvelope(text: string): Envelope | undefined {
  // A body that is not an object need not be parsed, and may be megabytes.
  if (!text.trimStart().startsWith("{")) return undefined;
  let parsed: unknown;
  try {
    parsed = parseJson(text);
  } catch {
    return undefined;
  }
  if (!isPlainObject(parsed) || !isPlainObject(parsed.meta)) return undefined;
  const { meta, payload = null } = parsed;
  // A writer that sealed something else than a text meant its JSON.
  return { meta, payload: payload === null || typeof payload === "string" ? payload : stringifyJson(payload) };
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
