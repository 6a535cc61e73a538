import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { countries } from "../../../playground/data/countries/index.ts";
import { formatPeople, inventPeople } from "../../../playground/data/invent-people.ts";
import { parsePeople } from "../../../playground/demo/person.ts";

const file = new URL("../../../playground/data/people.json", import.meta.url);
const json = await readFile(file, "utf8");
const people = parsePeople(json);

/** ISO 15924 codes for several scripts of Unicode. */
const combinedScripts: Record<string, string> = {
  Hans: String.raw`\p{Script=Han}`,
  Jpan: String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}`,
  Kore: String.raw`\p{Script=Hangul}\p{Script=Han}`,
};

test("people.json is the output of the generator, byte for byte", () => {
  expect(formatPeople(inventPeople())).toBe(json);
});

test("people.json is small enough for a page", () => {
  expect(Buffer.byteLength(json)).toBeLessThan(600_000);
});

test("there are at least 1,000 people in at least 12 countries and 12 scripts", () => {
  expect(people.length).toBeGreaterThanOrEqual(1000);
  expect(new Set(people.map(({ country }) => country)).size).toBeGreaterThanOrEqual(12);
  expect(new Set(countries.map(({ script }) => script)).size).toBeGreaterThanOrEqual(12);
});

test.each(countries)(
  "the people of $name are as many as planned, and their names are in the script $script",
  (country) => {
    const residents = people.filter((person) => person.country === country.code);
    expect(residents).toHaveLength(country.population);

    const letters = combinedScripts[country.script] ?? String.raw`\p{Script=${country.script}}`;
    const name = new RegExp(String.raw`^[${letters}\p{Script=Common}\p{Script=Inherited}]+$`, "u");
    const letter = new RegExp(`[${letters}]`, "u");
    for (const resident of residents) {
      expect(resident.name).toMatch(name);
      expect(resident.name).toMatch(letter);
    }
  },
);

test.each(["id", "email", "documentNumber"] as const)("no two people share their %s", (property) => {
  expect(new Set(people.map((person) => person[property])).size).toBe(people.length);
});

test("e-mail addresses and documents are of kinds that are never assigned", () => {
  for (const person of people) {
    expect(person.email).toMatch(/@[a-z]{2}\.example\.org$/);
    expect(person.documentNumber).toMatch(/^UTO [A-Z]{2}\d{6}$/);
  }
});

test("some balances are beyond 2^53, up to the ends of the range", () => {
  const exact = people.map(({ balance }) => balance).filter((balance) => typeof balance === "bigint");
  expect(exact).toContain(2n ** 53n + 1n);
  expect(exact).toContain(2n ** 63n - 1n);
  expect(exact).toContain(-(2n ** 63n));
});

test("some people have no family name, some a retention period, some are listed", () => {
  expect(people.some(({ familyName }) => familyName === undefined)).toBe(true);
  expect(people.some(({ retentionDays }) => retentionDays !== undefined)).toBe(true);
  expect(people.some(({ listed }) => listed === true)).toBe(true);
});

test("a file with rounded balances is rejected", () => {
  const rounded = json.replace("9007199254740993", "9007199254740992.0");
  expect(rounded).not.toBe(json);
  expect(() => parsePeople(rounded)).toThrow(/rounded/);
});
