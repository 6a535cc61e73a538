import { parse, stringify } from "lossless-json";

/** An integer of JSON or of a record: a `number` when it is a safe integer, else a `bigint`. */
export type Int64 = number | bigint;

/** An integer beyond 2^53 has at least this many digits (9007199254740992). */
const leastLongDigits = 16;

/** Levels of objects and lists within one another: far more than a record has, far fewer than overflow a stack. */
const maxDepth = 200;
/** Characters of one number: those of an int64 are 20, and the time that a `bigint` takes grows with their square. */
const maxNumberLength = 1000;
/** Values may be this many, and one more for each so many characters: a few bytes each cost a hundred times that in memory. */
const maxValues = 100_000;
const charactersPerValue = 32;

/** Thrown instead of parsing JSON that would cost more than what it can hold is worth. */
export class JsonLimitError extends SyntaxError {
  override readonly name = "JsonLimitError";
}

/**
 * Parses JSON and keeps every integer exact: beyond ±(2^53−1) it is a `bigint`.
 *
 * Throws a `SyntaxError` for text that is not JSON, and a `JsonLimitError` for JSON that is nested deeper than 200 levels, has a
 * number of more than 1,000 characters, or has more values than its length explains.
 */
export function parseJson(text: string): unknown {
  const integers = findLongIntegers(text);
  if (integers.length === 0) return JSON.parse(text);
  // `JSON.parse` rounds them: it is given a text for each, whose beginning no one else can know.
  const mark = `${crypto.getRandomValues(new Uint32Array(4)).join("-")}:`;
  const pieces: string[] = [];
  let copied = 0;
  for (const { start, end } of integers) {
    pieces.push(text.slice(copied, start), '"', mark, text.slice(start, end), '"');
    copied = end;
  }
  pieces.push(text.slice(copied));
  return withIntegers(JSON.parse(pieces.join("")), mark);
}

/** A place in a JSON text. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** Puts a `bigint` in the place of each marked text. The limit on depth bounds the recursion. */
function withIntegers(value: unknown, mark: string): unknown {
  if (typeof value === "string") return value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value;
  if (typeof value !== "object" || value === null) return value;
  for (const key of Object.keys(value)) {
    const member: unknown = Reflect.get(value, key);
    const exact = withIntegers(member, mark);
    if (exact !== member) Reflect.set(value, key, exact);
  }
  return value;
}

/**
 * Finds the integers that are not safe as a `number`. It looks at each character outside of strings once, and checks the limits;
 * what is not JSON at all is left to the parser.
 */
function findLongIntegers(text: string): Span[] {
  const mostValues = maxValues + text.length / charactersPerValue;
  const found: Span[] = [];
  let depth = 0;
  let values = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isDigit(code)) {
      const end = endOfDigits(text, at);
      if (end - at > maxNumberLength) throw new JsonLimitError("The JSON has a number of too many digits.");
      if (end - at >= leastLongDigits) {
        const integer = { start: text.charCodeAt(at - 1) === minus ? at - 1 : at, end };
        if (isLongInteger(text, integer)) found.push(integer);
      }
      at = end - 1;
    } else if (code === quote) at = endOfString(text, at);
    else if (code === openingBrace || code === openingBracket) {
      depth += 1;
      values += 1;
      if (depth > maxDepth) throw new JsonLimitError(`The JSON is nested deeper than ${maxDepth} levels.`);
    } else if (code === closingBrace || code === closingBracket) depth -= 1;
    else if (code === comma) values += 1;
  }
  if (values > mostValues) throw new JsonLimitError("The JSON has too many values for its length.");
  return found;
}

/** False for a part of a fraction, and for what no JSON has: a name without quotes, or zeros before other digits. */
function isLongInteger(text: string, { start, end }: Span): boolean {
  const digits = text.slice(start, end);
  if (Number.isSafeInteger(Number(digits)) || /^-?0/.test(digits)) return false;
  let next = end;
  while (isBlank(text.charCodeAt(next))) next += 1;
  const before = start === 0 ? "," : text.charAt(start - 1);
  return /[\s:,[]/.test(before) && (next === text.length || /[,\]}]/.test(text.charAt(next)));
}

function endOfDigits(text: string, start: number): number {
  let end = start;
  while (isDigit(text.charCodeAt(end))) end += 1;
  return end;
}

function isDigit(code: number): boolean {
  return code >= digit0 && code <= digit9;
}

/** RFC 8259, section 2. */
function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

const minus = 0x2d;
const quote = 0x22;
const comma = 0x2c;
const digit0 = 0x30;
const digit9 = 0x39;
const openingBracket = 0x5b;
const backslash = 0x5c;
const closingBracket = 0x5d;
const openingBrace = 0x7b;
const closingBrace = 0x7d;

/** The position of the quote that ends the string which begins at `start`; the last one of the text if none does. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === backslash) backslashes += 1;
    if (backslashes % 2 === 0) return at;
  }
  return text.length;
}

/** The JSON text of a value, with every `bigint` in it written as an integer. */
export function stringifyJson(value: unknown): string {
  // Not JSON.stringify with a fallback on its TypeError: an application may have given BigInt.prototype a toJSON.
  const text = holdsBigint(value) ? stringify(value) : JSON.stringify(value);
  if (text === undefined) throw new TypeError("The value has no JSON form.");
  return text;
}

/** A JSON text with a change made to its value: each number that stays is written with the digits that it had. */
export function editJson(text: string, edit: (value: unknown) => unknown): string {
  const value = parse(text, null, { onDuplicateKey: ({ newValue }) => newValue });
  const edited = stringify(edit(value));
  if (edited === undefined) throw new TypeError("The value has no JSON form.");
  return edited;
}

function holdsBigint(value: unknown): boolean {
  if (typeof value === "bigint") return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(holdsBigint);
}
