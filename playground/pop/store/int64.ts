import type { Int64 } from "incountry-storage/protocol";

/** Reads PostgreSQL's text of a bigint. Both drivers are given it, since each has a form of its own otherwise. */
export function parseInt64(text: string): Int64 {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}
