import { fromUtf8 } from "../encoding.ts";
import type { CheckedSecrets } from "./secrets.ts";

/** Below either, a password is not worth the name: a machine goes through all of the likely ones. */
const enoughCharacters = 16;
const enoughDifferent = 6;

const cure =
  "Make a key of 32 random bytes the current secret instead, with isKey: true: it cannot be guessed, and needs no derivation.";

/** What there is to say of the current secret to whoever chose it; nothing, where it is a key. It names no more than its version. */
export function passwordAdvice({ current }: CheckedSecrets): string[] {
  if (current.use !== "password") return [];
  const what = `The current secret, version ${current.version}, is`;
  const lowCount = `${what} a password, whose key the protocol derives by 10,000 rounds of PBKDF2, a low count by the standards of today. ${cure}`;
  const weak = `${what} a weak password: it is short, or of few different characters, so that whoever has a record can guess it. ${cure}`;
  return isWeak(fromUtf8(current.bytes)) ? [lowCount, weak] : [lowCount];
}

function isWeak(password: string): boolean {
  const characters = Array.from(password);
  return characters.length < enoughCharacters || new Set(characters).size < enoughDifferent;
}
