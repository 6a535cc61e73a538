import { batch, computed, signal } from "@preact/signals";
import { countryName } from "../../demo/format.ts";
import { forEachConcurrently } from "./concurrency.ts";
import { fetchCountries, fetchCounts, fetchRows } from "./pop.ts";

/** Every country that the PoP serves, sorted by name. */
export const servedCountries = signal<readonly string[]>([]);
/** Number of records by country, without the empty ones. */
export const recordCounts = signal<ReadonlyMap<string, number>>(new Map());
/** True once all countries were counted. */
export const isCounted = signal(false);
/** Set if the counts are missing or may be outdated. */
export const countingError = signal<unknown>(undefined);

/** The country that the page shows; undefined for all of them. */
export const chosenCountry = signal<string | undefined>(undefined);

export const countriesWithRecords = computed(() =>
  [...recordCounts.value.keys()].toSorted(
    (one, other) => (recordCounts.value.get(other) ?? 0) - (recordCounts.value.get(one) ?? 0) || (one < other ? -1 : 1),
  ),
);
export const totalRecords = computed(() => [...recordCounts.value.values()].reduce((sum, count) => sum + count, 0));

/** The chosen country, or all countries with records. */
export const countriesInView = computed(() =>
  chosenCountry.value === undefined ? countriesWithRecords.value : [chosenCountry.value],
);

/** Fetches the served countries and the number of records in each. */
export async function countEverything(): Promise<void> {
  countingError.value = undefined;
  const count = (countsStarted += 1);
  try {
    const [codes, counts] = await Promise.all([fetchCountries(), fetchCounts()]);
    batch(() => {
      servedCountries.value = codes.toSorted((one, other) => countryName(one).localeCompare(countryName(other)));
      showCounts(counts, count);
      isCounted.value = true;
    });
  } catch (error) {
    countingError.value = error;
  }
}

let countsStarted = 0;
/** The number of the count that is shown for each country, and of the latest count of all countries. */
const shownCount = new Map<string, number>();
let shownCountOfAll = 0;

/** False if a later count of the country was shown already: responses may arrive out of order. */
function isLatest(code: string, count: number): boolean {
  return count >= Math.max(shownCountOfAll, shownCount.get(code) ?? 0);
}

/** Shows a count of all countries, except for those counted since. */
function showCounts(counts: ReadonlyMap<string, number>, count: number): void {
  const codes = new Set([...counts.keys(), ...recordCounts.value.keys()]);
  batch(() => {
    for (const code of codes) if (isLatest(code, count)) setCount(code, counts.get(code) ?? 0);
    if (chosenCountry.value !== undefined && !recordCounts.value.has(chosenCountry.value))
      chosenCountry.value = undefined;
  });
  shownCountOfAll = Math.max(shownCountOfAll, count);
}

/** Browsers send at most six requests to one host at a time. */
const concurrency = 6;

/** Counts the records of these countries again and shows each count as it arrives. Sets `countingError` on failure. */
export async function countRecords(codes: readonly string[]): Promise<void> {
  try {
    await forEachConcurrently(codes, concurrency, async (code) => {
      const count = (countsStarted += 1);
      const { meta } = await fetchRows(code, 1);
      if (!isLatest(code, count)) return;
      shownCount.set(code, count);
      setCount(code, meta.total);
    });
  } catch (error) {
    countingError.value = error;
  }
}

function setCount(code: string, count: number): void {
  if ((recordCounts.value.get(code) ?? 0) === count) return;
  batch(() => {
    const counts = new Map(recordCounts.value);
    if (count > 0) counts.set(code, count);
    else counts.delete(code);
    recordCounts.value = counts;
    if (chosenCountry.value === code && count === 0) chosenCountry.value = undefined;
  });
}
