import { type Int64, limits, stringifyJson } from "incountry-storage/protocol";
import type { Person } from "../demo/person.ts";
import type { Country, Forms } from "./countries/country.ts";
import { countries } from "./countries/index.ts";
import { type SeededRandom, seededRandom } from "./random.ts";

const seed = 20_260_101;

const plans = ["basic", "basic", "basic", "family", "family", "premium"] as const;
const bloodGroups = ["0+", "0+", "0+", "A+", "A+", "A+", "B+", "AB+", "0−", "A−", "B−", "AB−"] as const;
const retentionDays = [30, 90, 365, 3650] as const;

const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ";
const adjectives = [
  "blue",
  "bold",
  "calm",
  "clever",
  "gentle",
  "golden",
  "happy",
  "keen",
  "merry",
  "quiet",
  "silver",
  "swift",
];
const animals = [
  "badger",
  "crane",
  "falcon",
  "fox",
  "gecko",
  "heron",
  "ibis",
  "lynx",
  "otter",
  "panda",
  "robin",
  "tapir",
];

/** Every hundredth person has a balance that a JavaScript number cannot hold. */
const exactBalanceEvery = 100;
const exactBalances: readonly bigint[] = [
  2n ** 53n,
  2n ** 53n + 1n,
  -(2n ** 53n) - 1n,
  1_234_567_890_123_456_789n,
  limits.int64Max,
  limits.int64Min,
];

/** Generates the same people in the same order each time. None of them exists. */
export function inventPeople(): Person[] {
  const random = seededRandom(seed);
  const unique = uniqueDrawer();
  return countries
    .flatMap((country) => Array.from({ length: country.population }, (_, index) => ({ country, number: index + 1 })))
    .map(({ country, number }, index) => inventPerson(country, number, index, random, unique));
}

/** Formats people as JSON with one person per line, for readable diffs. */
export function formatPeople(people: readonly Person[]): string {
  return `[\n${people.map(stringifyJson).join(",\n")}\n]\n`;
}

const fullName: Record<Country["nameOrder"], (givenName: string, familyName: string) => string> = {
  "given family": (givenName, familyName) => `${givenName} ${familyName}`,
  "family given": (givenName, familyName) => `${familyName} ${givenName}`,
  familygiven: (givenName, familyName) => familyName + givenName,
};

type UniqueDrawer = (draw: () => string) => string;

function inventPerson(
  country: Country,
  number: number,
  index: number,
  random: SeededRandom,
  unique: UniqueDrawer,
): Person {
  const form = random.pick(["female", "male"] as const);
  const givenName = random.pick(country.givenNames[form]);
  const familyName = random.pick(formsOf(country.familyNames)[form]);
  return {
    id: `${country.code}-${String(number).padStart(4, "0")}`,
    country: country.code,
    name: fullName[country.nameOrder](givenName, familyName).trim(),
    givenName,
    ...(familyName === "" ? {} : { familyName }),
    birthDate: inventDate(random, 1936, 2007),
    city: random.pick(country.cities),
    occupation: random.pick(formsOf(country.occupations)[form]),
    documentNumber: unique(() => inventDocumentNumber(random)),
    email: unique(() => inventEmail(country, random)),
    phone: country.phone.replaceAll("#", () => String(random.below(10))),
    bloodGroup: random.pick(bloodGroups),
    note: random.pick(country.notes),
    plan: random.pick(plans),
    balance: inventBalance(index, random),
    memberSince: inventDate(random, 2012, 2025),
    ...(random.below(5) === 0 ? { retentionDays: random.pick(retentionDays) } : {}),
    ...(random.below(6) === 0 ? { listed: true } : {}),
  };
}

function formsOf(words: readonly string[] | Forms): Forms {
  return "female" in words ? words : { female: words, male: words };
}

/** A day in the years from `first` to `last`, as yyyy-mm-dd. */
function inventDate(random: SeededRandom, first: number, last: number): string {
  const year = first + random.below(last - first + 1);
  const dayOfYear = 1 + random.below(365);
  return new Date(Date.UTC(year, 0, dayOfYear)).toISOString().slice(0, 10);
}

/** UTO (Utopia) is the issuing state of the specimens in ICAO Doc 9303, so no real document has such a number. */
function inventDocumentNumber(random: SeededRandom): string {
  const digits = String(random.below(1_000_000)).padStart(6, "0");
  return `UTO ${inventLetter(random)}${inventLetter(random)}${digits}`;
}

function inventLetter(random: SeededRandom): string {
  return letters.charAt(random.below(letters.length));
}

/** RFC 2606 reserves example.org, so no mail is delivered. */
function inventEmail(country: Country, random: SeededRandom): string {
  return `${random.pick(adjectives)}.${random.pick(animals)}${random.below(100)}@${country.code}.example.org`;
}

/** In hundredths of the country's currency. */
function inventBalance(index: number, random: SeededRandom): Int64 {
  const everyday = random.below(5_000_000) - 500_000;
  if (index % exactBalanceEvery !== 0) return everyday;
  return exactBalances[(index / exactBalanceEvery) % exactBalances.length] ?? everyday;
}

/** Returns a function that draws until it gets a new value. */
function uniqueDrawer(): UniqueDrawer {
  const drawn = new Set<string>();
  return (draw) => {
    let value = draw();
    while (drawn.has(value)) value = draw();
    drawn.add(value);
    return value;
  };
}
