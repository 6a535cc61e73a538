import { batch, computed, signal } from "@preact/signals";
import { forEachConcurrently } from "./concurrency.ts";
import { chosenCountry, countriesInView, isCounted } from "./countries.ts";
import { fetchRows } from "./pop.ts";
import { currentVersion, lockedVersions, secrets } from "./secrets.ts";

/** Number of records by country and secret version. */
const byCountry = signal<ReadonlyMap<string, ReadonlyMap<number | "other", number>>>(new Map());
/** Errors of the last count, by country. */
const errors = signal<ReadonlyMap<string, unknown>>(new Map());

/** The error of a country in view. */
export const versionsError = computed(() => {
  const failed = countriesInView.value.find((country) => errors.value.has(country));
  return failed === undefined ? undefined : errors.value.get(failed);
});

export interface VersionCount {
  /** `other` counts all versions that this page never had. */
  readonly version: number | "other";
  readonly count: number;
}

/** The versions that this page has or had. */
const knownVersions = computed(() => [...secrets.value, ...lockedVersions.value].map(({ version }) => version));

/** Number of records by version, in the countries in view. */
export const versionCounts = computed(() => countsIn(countriesInView.value));

/** True if no other country can be in view: one was chosen, or all were counted. */
export const countriesKnown = computed(() => isCounted.value || chosenCountry.value !== undefined);

/** True once the records of every country in view were counted. */
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

/** Number of records in view that need rotation. */
export const outdatedRecords = computed(() => outdatedIn(countriesInView.value, currentVersion.value));

/** Number of records in these countries with another version than the current one. */
export function outdatedIn(countries: readonly string[], current: number): number {
  return countsIn(countries).reduce((sum, { version, count }) => (version === current ? sum : sum + count), 0);
}

const concurrency = 3;

/** Counts the records of these countries by version. Sets `versionsError` on failure. */
export async function countVersions(countries: readonly string[], isStopped = (): boolean => false): Promise<void> {
  const versions = knownVersions.value;
  await forEachConcurrently(countries, concurrency, async (country) => {
    if (!isStopped()) await countCountry(country, versions);
  });
}

async function countCountry(country: string, versions: readonly number[]): Promise<void> {
  const count = (countsStarted += 1);
  const result = await countsOf(country, versions).then(
    (counts) => ({ counts }),
    (error: unknown) => ({ error }),
  );
  // Responses may arrive out of order.
  if (count < (lastCount.get(country) ?? 0)) return;
  lastCount.set(country, count);
  batch(() => {
    const failed = new Map(errors.value);
    if ("error" in result) failed.set(country, result.error);
    else {
      failed.delete(country);
      byCountry.value = new Map(byCountry.value).set(country, result.counts);
    }
    errors.value = failed;
  });
}

let countsStarted = 0;
const lastCount = new Map<string, number>();

/** Milliseconds between two counts. */
const stablePause = 250;
const maxCounts = 20;

/**
 * Counts until two counts are equal. Requests of a cancelled rotation may still be running, and a record that changes
 * its version during a count is counted twice or not at all.
 */
export async function countVersionsUntilStable(countries: readonly string[]): Promise<void> {
  const counted = () => JSON.stringify(countries.map((country) => [...(byCountry.value.get(country) ?? [])]));
  let before = "";
  for (let counts = 0; counts < maxCounts; counts += 1) {
    await countVersions(countries);
    if (counted() === before) return;
    before = counted();
    await new Promise((resolve) => setTimeout(resolve, stablePause));
  }
}

/** Counts rows by version, which takes no secret. */
async function countsOf(country: string, versions: readonly number[]): Promise<ReadonlyMap<number | "other", number>> {
  const count = async (version: unknown): Promise<number> => (await fetchRows(country, 1, { version })).meta.total;
  const known = await Promise.all(versions.map(async (version) => [version, await count(version)] as const));
  return new Map<number | "other", number>([...known, ["other", await count({ $not: versions })]]);
}
