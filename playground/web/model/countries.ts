import { batch, computed, signal } from "@preact/signals";
import { fetchCountries, fetchCounts, fetchRows } from "./pop.ts";

const regionNames = new Intl.DisplayNames("en", { type: "region" });

/** The English name of a country: "Japan" for "jp". */
export function countryName(code: string): string {
  return regionNames.of(code.toUpperCase()) ?? code;
}

/** Every country that the PoP serves, by name. */
export const servedCountries = signal<readonly string[]>([]);
/** How many records each country holds; those that hold none are left out. */
export const recordCounts = signal<ReadonlyMap<string, number>>(new Map());
export const counted = signal(false);
/** Why the counts may be wrong, or are not there. */
export const countingError = signal<unknown>(undefined);

/** The country that everything on the page is about; undefined for all of them. */
export const chosenCountry = signal<string | undefined>(undefined);

export const countriesWithRecords = computed(() =>
  [...recordCounts.value.keys()].toSorted(
    (one, other) => (recordCounts.value.get(other) ?? 0) - (recordCounts.value.get(one) ?? 0) || (one < other ? -1 : 1),
  ),
);
export const totalRecords = computed(() => [...recordCounts.value.values()].reduce((sum, count) => sum + count, 0));

/** The countries that a view is about: the chosen one, or all that hold records. */
export const countriesInView = computed(() =>
  chosenCountry.value === undefined ? countriesWithRecords.value : [chosenCountry.value],
);

/** Asks which countries the PoP serves, and how many records each of them holds. */
export async function countEverything(): Promise<void> {
  countingError.value = undefined;
  const count = (countsAsked += 1);
  try {
    const [codes, counts] = await Promise.all([fetchCountries(), fetchCounts()]);
    batch(() => {
      servedCountries.value = codes.toSorted((one, other) => countryName(one).localeCompare(countryName(other)));
      showCounts(counts, count);
      counted.value = true;
    });
  } catch (error) {
    countingError.value = error;
  }
}

let countsAsked = 0;
/** Which count it was that is shown of each country, and which was the last of all countries. */
const shownCount = new Map<string, number>();
let shownCountOfAll = 0;

/** Whether a country was not counted anew since. An earlier count may be answered later. */
function isLatest(code: string, count: number): boolean {
  return count >= Math.max(shownCountOfAll, shownCount.get(code) ?? 0);
}

/** Shows how many records every country holds, but where one was counted since. */
function showCounts(counts: ReadonlyMap<string, number>, count: number): void {
  const codes = new Set([...counts.keys(), ...recordCounts.value.keys()]);
  batch(() => {
    for (const code of codes) if (isLatest(code, count)) setCount(code, counts.get(code) ?? 0);
    if (chosenCountry.value !== undefined && !recordCounts.value.has(chosenCountry.value))
      chosenCountry.value = undefined;
  });
  shownCountOfAll = Math.max(shownCountOfAll, count);
}

/** Requests at a time: as many as a browser sends to one host. */
const atOnce = 6;

/**
 * Counts anew how many records these countries hold. Each is shown as soon as it is known. What fails is told by
 * `countingError`: it does not undo what the records are counted after.
 */
export async function countRecords(codes: readonly string[]): Promise<void> {
  const waiting = [...codes].toReversed();
  const work = async (): Promise<void> => {
    for (let code = waiting.pop(); code !== undefined; code = waiting.pop()) {
      const count = (countsAsked += 1);
      const { meta } = await fetchRows(code, 1);
      if (!isLatest(code, count)) continue;
      shownCount.set(code, count);
      setCount(code, meta.total);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(atOnce, codes.length) }, work));
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
