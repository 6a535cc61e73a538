import { parse, stringify } from "lossless-json";

/** An integer: a `number` if it is a safe integer, else a `bigint`. */
export type Int64 = number | bigint;

/** Unsafe integers have at least this many digits (9007199254740992). */
const minUnsafeDigits = 16;

/** Levels of nesting. Records have fewer; deeper JSON could overflow the stack. */
const maxDepth = 200;
/** Digits of one number. The time to make a `bigint` grows with their square; an int64 has 19. */
const maxDigits = 1000;
/** Values, plus one for each `charactersPerValue`: a value of a few bytes takes a hundred times that in memory. */
const maxValues = 100_000;
const charactersPerValue = 32;

/** Thrown for JSON that would cost too much to parse. */
export class JsonLimitError extends SyntaxError {
  override readonly name = "JsonLimitError";
}

/**
 * Parses JSON and keeps every integer exact: beyond ±(2^53−1) it is a `bigint`.
 *
 * @throws SyntaxError if the text is not JSON.
 * @throws JsonLimitError if it is nested deeper than 200 levels, has a number of more than 1,000 digits, or has too
 * many values for its length.
 */
export function parseJson(text: string): unknown {
  const integers = findUnsafeIntegers(text);
  if (integers.length === 0) return JSON.parse(text);
  // `JSON.parse` would round them: it gets strings instead, with a prefix that no one else can guess.
  const mark = `${crypto.getRandomValues(new Uint32Array(4)).join("-")}:`;
  const pieces: string[] = [];
  let copied = 0;
  for (const [start, end] of integers) {
    pieces.push(text.slice(copied, start), '"', mark, text.slice(start, end), '"');
    copied = end;
  }
  pieces.push(text.slice(copied));
  return withBigints(JSON.parse(pieces.join("")), mark);
}

/** Replaces each marked string by a `bigint`. The limit on depth bounds the recursion. */
function withBigints(value: unknown, mark: string): unknown {
  if (typeof value === "string") return value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value;
  if (typeof value !== "object" || value === null) return value;
  for (const key of Object.keys(value)) {
    const member: unknown = Reflect.get(value, key);
    const exact = withBigints(member, mark);
    if (exact !== member) Reflect.set(value, key, exact);
  }
  return value;
}

/** Finds the integers that a `number` cannot hold, and checks the limits. Leaves malformed JSON to the parser. */
function findUnsafeIntegers(text: string): [start: number, end: number][] {
  const found: [start: number, end: number][] = [];
  let depth = 0;
  let values = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charAt(at)) {
      case '"':
        at = endOfString(text, at);
        break;
      case "{":
      case "[":
        depth += 1;
        values += 1;
        if (depth > maxDepth) throw new JsonLimitError(`The JSON is nested deeper than ${maxDepth} levels.`);
        break;
      case "}":
      case "]":
        depth -= 1;
        break;
      case ",":
        values += 1;
        break;
      default:
        if (isDigit(text, at)) {
          const start = text[at - 1] === "-" ? at - 1 : at;
          const digits = at;
          while (isDigit(text, at + 1)) at += 1;
          const length = at + 1 - digits;
          if (length > maxDigits) throw new JsonLimitError("The JSON has a number of too many digits.");
          if (length >= minUnsafeDigits && isUnsafeInteger(text, start, at + 1)) found.push([start, at + 1]);
        }
    }
  }
  if (values > maxValues + text.length / charactersPerValue) {
    throw new JsonLimitError("The JSON has too many values for its length.");
  }
  return found;
}

/** False for a part of a fraction or an exponent, and for digits that JSON does not allow. */
function isUnsafeInteger(text: string, start: number, end: number): boolean {
  const digits = text.slice(start, end);
  if (Number.isSafeInteger(Number(digits)) || /^-?0/.test(digits)) return false;
  let next = end;
  while (/^[ \t\n\r]/.test(text.charAt(next))) next += 1;
  return /^[\s:,[]?$/.test(text.charAt(start - 1)) && /^[,\]}]?$/.test(text.charAt(next));
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

/** The position of the quote that ends the string from `start`; the length of the text if there is none. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text[at - 1 - backslashes] === "\\") backslashes += 1;
    if (backslashes % 2 === 0) return at;
  }
  return text.length;
}

/** Writes JSON, with every `bigint` as an integer. */
export function stringifyJson(value: unknown): string {
  // Does not rely on the TypeError of JSON.stringify: an application may have defined BigInt.prototype.toJSON.
  return defined(holdsBigint(value) ? stringify(value) : JSON.stringify(value));
}

/** Changes the value of a JSON text, and keeps the digits of its numbers. */
export function editJson(text: string, edit: (value: unknown) => unknown): string {
  return defined(stringify(edit(parse(text, null, { onDuplicateKey: ({ newValue }) => newValue }))));
}

function defined(text: string | undefined): string {
  if (text === undefined) throw new TypeError("The value has no JSON form.");
  return text;
}

function holdsBigint(value: unknown): boolean {
  if (typeof value === "bigint") return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(holdsBigint);
}
