const letters = "abcdefghijklmnopqrstuvwxyz";
let next = 0;

/** A country that no other test of this file uses. A PoP accepts any two letters. */
export function freshCountry(): string {
  const country = `${letters[Math.floor(next / 26)] ?? ""}${letters[next % 26] ?? ""}`;
  next += 1;
  if (country.length !== 2) throw new Error("All countries are used up. Split the test file.");
  return country;
}
