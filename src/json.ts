import { parse, stringify } from "lossless-json";

/** An integer of JSON or of a record: a `number` when it is a safe integer, else a `bigint`. */
export type Int64 = number | bigint;

/**
 * Only a text with this many digits in a row can hold an integer beyond 2^53 (9007199254740992 has 16 digits). Those of a
 * hash do not count: what stands before a number is not a letter, a digit or a quote.
 */
const manyDigits = /(?:^|[\s:,[-])\d{16}/;
const integer = /^-?\d+$/;

/** Levels of objects and lists within one another: far more than a record has, far fewer than overflow a stack. */
const maxDepth = 200;
/** Characters of one number: those of an int64 are 20, and the time that a `bigint` takes grows with their square. */
const maxNumberLength = 1000;
/** Values may be this many, and one more for each so many characters: a few bytes each cost a hundred times that in memory. */
const maxValues = 100_000;
const charactersPerValue = 8;

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
  checkLimits(text);
  if (!manyDigits.test(text)) return JSON.parse(text);
  return parse(text, null, { parseNumber: parseExactNumber, onDuplicateKey: ({ newValue }) => newValue });
}

/** Looks at each character outside of strings once. What is not JSON at all is left to the parser. */
function checkLimits(text: string): void {
  const mostValues = maxValues + text.length / charactersPerValue;
  let depth = 0;
  let values = 0;
  let numberLength = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= digit0 && code <= digit9) {
      numberLength += 1;
      if (numberLength > maxNumberLength) throw new JsonLimitError("The JSON has a number of too many digits.");
      continue;
    }
    numberLength = 0;
    if (code === quote) at = endOfString(text, at);
    else if (code === openingBrace || code === openingBracket) {
      depth += 1;
      values += 1;
      if (depth > maxDepth) throw new JsonLimitError(`The JSON is nested deeper than ${maxDepth} levels.`);
    } else if (code === closingBrace || code === closingBracket) depth -= 1;
    else if (code === comma) values += 1;
  }
  if (values > mostValues) throw new JsonLimitError("The JSON has too many values for its length.");
}

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

function parseExactNumber(digits: string): Int64 {
  const number = Number(digits);
  return Number.isSafeInteger(number) || !integer.test(digits) ? number : BigInt(digits);
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
