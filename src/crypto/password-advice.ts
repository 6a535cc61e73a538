import { fromUtf8 } from "../encoding.ts";
import type { CheckedSecrets } from "./secrets.ts";

/** A password below either limit is easy to guess. */
const minCharacters = 16;
const minDistinctCharacters = 6;

const cure = "Use a key of 32 random bytes as the current secret, with isKey: true: it cannot be guessed.";

/** Returns warnings about the current secret, without showing it; none if it is a key. */
export function passwordAdvice({ current }: CheckedSecrets): string[] {
  if (current.use !== "password") return [];
  const subject = `The current secret, version ${current.version}, is`;
  const lowCount = `${subject} a password. Its key is derived with 10,000 rounds of PBKDF2, a low number today. ${cure}`;
  const weak = `${subject} a weak password: it is short or has few different characters. It can be guessed from one record. ${cure}`;
  const characters = Array.from(fromUtf8(current.bytes));
  const isWeak = characters.length < minCharacters || new Set(characters).size < minDistinctCharacters;
  return isWeak ? [lowCount, weak] : [lowCount];
}
