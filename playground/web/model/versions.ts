import { batch, computed, signal } from "@preact/signals";
import { chosenCountry, counted, countriesInView } from "./countries.ts";
import { fetchRows } from "./pop.ts";
import { currentVersion, forgotten, secrets } from "./secrets.ts";

/** How many records each country holds under each version of the secret. */
const byCountry = signal<ReadonlyMap<string, ReadonlyMap<number | "other", number>>>(new Map());
/** Why the last count of a country is not there. */
const errors = signal<ReadonlyMap<string, unknown>>(new Map());

/** Why the last count is not there, of a country in view. */
export const versionsError = computed(() => {
  const failed = countriesInView.value.find((country) => errors.value.has(country));
  return failed === undefined ? undefined : errors.value.get(failed);
});

export interface VersionCount {
  /** `other`: sealed under a version that this page has never had. */
  readonly version: number | "other";
  readonly count: number;
}

/** The versions that this page has, or had. */
const knownVersions = computed(() => [...secrets.value, ...forgotten.value].map(({ version }) => version));

/** Records by version, in the countries in view. */
export const versionCounts = computed(() => countsIn(countriesInView.value));

/** Whether all the countries in view are known: before the PoP has told where there are records, there may be others. */
export const countriesKnown = computed(() => counted.value || chosenCountry.value !== undefined);

/** Whether records have been counted yet, everywhere in view. */
export const versionsCounted = computed(
  () => countriesKnown.value && countriesInView.value.every((country) => byCountry.value.has(country)),
);

function countsIn(countries: readonly string[]): readonly VersionCount[] {
  const sums = new Map<number | "other", number>(knownVersions.value.map((version) => [version, 0]));
  for (const country of countries) {
    for (const [version, count] of byCountry.value.get(country) ?? []) {
      sums.set(version, (sums.get(version) ?? 0) + count);
    }
  }
  return [...sums]
    .map(([version, count]) => ({ version, count }))
    .filter(({ version, count }) => count > 0 || version !== "other")
    .toSorted(
      (one, other) =>
        Number(one.version === "other") - Number(other.version === "other") ||
        Number(one.version) - Number(other.version),
    );
}

/** Records in view that are sealed with another secret than the current one. */
export const outdatedRecords = computed(() => outdatedIn(countriesInView.value, currentVersion.value));

/** Records of these countries that are sealed with another version than the given one. */
export function outdatedIn(countries: readonly string[], current: number): number {
  return countsIn(countries).reduce((sum, { version, count }) => (version === current ? sum : sum + count), 0);
}

/** Countries that are asked at a time. */
const atOnce = 3;

/** Asks the PoP anew how many records these countries hold under each version. What fails is told by `versionsError`. */
export async function countVersions(countries: readonly string[], abandoned = (): boolean => false): Promise<void> {
  const versions = knownVersions.value;
  const waiting = [...countries].toReversed();
  const work = async (): Promise<void> => {
    for (let country = waiting.pop(); country !== undefined && !abandoned(); country = waiting.pop()) {
      await countCountry(country, versions);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, countries.length) }, work));
}

async function countCountry(country: string, versions: readonly number[]): Promise<void> {
  const count = (countsAsked += 1);
  const answer = await countsOf(country, versions).then(
    (counts) => ({ counts }),
    (error: unknown) => ({ error }),
  );
  // An earlier count may be answered later.
  if (count < (lastCount.get(country) ?? 0)) return;
  lastCount.set(country, count);
  batch(() => {
    const failed = new Map(errors.value);
    if ("error" in answer) failed.set(country, answer.error);
    else {
      failed.delete(country);
      byCountry.value = new Map(byCountry.value).set(country, answer.counts);
    }
    errors.value = failed;
  });
}

let countsAsked = 0;
const lastCount = new Map<string, number>();

/** Milliseconds between two counts, and how many there are at most. */
const restPause = 250;
const mostCounts = 20;

/**
 * Counts until nothing moves any more. What had been sent when a rotation was cancelled may still be on its way into the
 * database, and a record that changes its version between two questions is counted twice, or not at all.
 */
export async function countVersionsAtRest(countries: readonly string[]): Promise<void> {
  const counted = () => JSON.stringify(countries.map((country) => [...(byCountry.value.get(country) ?? [])]));
  let before = "";
  for (let counts = 0; counts < mostCounts; counts += 1) {
    await countVersions(countries);
    if (counted() === before) return;
    before = counted();
    await new Promise((resolve) => setTimeout(resolve, restPause));
  }
}

/** No secret is needed to count, nor any answer of the PoP's believed: the version stands beside each row. */
async function countsOf(country: string, versions: readonly number[]): Promise<ReadonlyMap<number | "other", number>> {
  const count = async (version: unknown): Promise<number> => (await fetchRows(country, 1, { version })).meta.total;
  const known = await Promise.all(versions.map(async (version) => [version, await count(version)] as const));
  return new Map<number | "other", number>([...known, ["other", await count({ $not: versions })]]);
}
