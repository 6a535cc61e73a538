import { parseJson } from "../json.ts";
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
  if (payload !== null && typeof payload !== "string") return undefined;
  return { meta, payload };
}

/** The original of a key, by its wire name: `key` is an old name for `record_key`. */
export function originalKey(envelope: Envelope, wire: string): string | undefined {
  const original = envelope.meta[wire] ?? (wire === "record_key" ? envelope.meta.key : undefined);
  return typeof original === "string" ? original : undefined;
}
