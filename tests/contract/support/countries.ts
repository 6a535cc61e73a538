import { expect } from "vitest";

const letters = "abcdefghijklmnopqrstuvwxyz";
/** The number of countries that each test file has used. */
const used = new Map<string, number>();

/** A country that no other test of this file uses. A PoP accepts any two letters. */
export function freshCountry(): string {
  const file = expect.getState().testPath ?? "";
  const next = used.get(file) ?? 0;
  const country = `${letters[Math.floor(next / 26)] ?? ""}${letters[next % 26] ?? ""}`;
  used.set(file, next + 1);
  if (country.length !== 2) throw new Error("All countries are used up. Split the test file.");
  return country;
}
