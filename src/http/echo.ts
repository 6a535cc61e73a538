import { fromBase64, fromUtf8 } from "../encoding.ts";
import { parseJson } from "../json.ts";

/** As long as this, a piece of what was sent does not stand in an answer by chance. */
const pieceLength = 8;
/** What is shorter is looked for as a word of its own; what is shorter than this is in every text. */
const leastLength = 2;
const leastDigits = 4;

const plainCiphertext = "pt:";
/**
 * Says nothing to anyone without the key, or without trying out values. What is shorter than a ciphertext can be is a key that
 * goes as it is and only begins like one.
 */
const unreadable = /^(?:[0-9a-f]{64}|2:[A-Za-z0-9+/]{122,}={0,2})$/;

/**
 * The texts in a JSON body that somebody could read: a server that repeats what it was sent must not bring them into an
 * error. Hashes and ciphertexts are not among them: a PoP may name a record by its hash.
 */
export function readableTexts(body: string | undefined): string[] {
  if (body === undefined) return [];
  const texts: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value === "string") texts.push(...readable(value));
    else if (typeof value === "number" || typeof value === "bigint") {
      if (String(value).length >= leastDigits) texts.push(String(value));
    } else if (typeof value === "object" && value !== null) Object.values(value).forEach(collect);
  };
  const parsed = parseJson(body);
  // The options of a search are words of the protocol.
  collect(typeof parsed === "object" && parsed !== null ? { ...parsed, options: undefined } : parsed);
  return texts;
}

function readable(text: string): string[] {
  if (unreadable.test(text)) return [];
  return text.startsWith(plainCiphertext) ? [text, ...encoded(text.slice(plainCiphertext.length))] : [text];
}

/** What a body holds that is only encoded: its envelope, taken apart, since JSON escapes some characters. */
function encoded(packed: string): string[] {
  let text: string;
  try {
    text = fromUtf8(fromBase64(packed));
  } catch {
    return [];
  }
  try {
    return [text, ...readableTexts(text)];
  } catch {
    return [text];
  }
}

/** A server's words, with `…` in the place of each piece of what it was sent. */
export function withoutEcho(words: string, sent: readonly string[]): string {
  const hidden = new Set<number>();
  const pieces = piecesOf(words);
  for (const text of sent) {
    if (text.length >= pieceLength) hidePieces(text, pieces, hidden);
    else if (text.length >= leastLength) hideWord(text, words, hidden);
  }
  if (hidden.size === 0) return words;
  return Array.from({ length: words.length }, (_, at) => (hidden.has(at) ? "\0" : words[at]))
    .join("")
    .replaceAll(/\0+/g, "…");
}

/** Where each piece of a text stands in it. */
function piecesOf(text: string): Map<string, number[]> {
  const pieces = new Map<string, number[]>();
  for (let at = 0; at + pieceLength <= text.length; at += 1) {
    const piece = text.slice(at, at + pieceLength).toLowerCase();
    const places = pieces.get(piece);
    if (places === undefined) pieces.set(piece, [at]);
    else places.push(at);
  }
  return pieces;
}

/** Each piece is hidden once, and then looked for no more: what was sent may repeat it a million times. */
function hidePieces(text: string, pieces: Map<string, number[]>, hidden: Set<number>): void {
  for (let at = 0; at + pieceLength <= text.length && pieces.size > 0; at += 1) {
    const piece = text.slice(at, at + pieceLength).toLowerCase();
    for (const start of pieces.get(piece) ?? []) hide(start, pieceLength, hidden);
    pieces.delete(piece);
  }
}

const letterOrDigit = /[\p{L}\p{N}]/u;

function hideWord(word: string, words: string, hidden: Set<number>): void {
  for (let at = words.indexOf(word); at >= 0; at = words.indexOf(word, at + 1)) {
    const around = `${words[at - 1] ?? ""}${words[at + word.length] ?? ""}`;
    if (!letterOrDigit.test(around)) hide(at, word.length, hidden);
  }
}

function hide(start: number, length: number, hidden: Set<number>): void {
  for (let at = start; at < start + length; at += 1) hidden.add(at);
}
