import { signal } from "@preact/signals";
import { limits } from "incountry-storage/protocol";
import peopleUrl from "../../data/people.json?url";
import { batchesOf } from "../../demo/batches.ts";
import { parsePeople } from "../../demo/person.ts";
import { personRecord } from "../../demo/person-record.ts";
import { countRecords } from "./countries.ts";
import { storages } from "./storages.ts";

/** How far the loading of the invented people has come; undefined while nothing is loaded. */
export const loading = signal<{ written: number; total: number } | undefined>(undefined);
export const loadingError = signal<unknown>(undefined);

/** Seals the demo's invented people here, and writes each of them to their country. */
export async function loadPeople(): Promise<void> {
  if (loading.value !== undefined) return;
  loading.value = { written: 0, total: 0 };
  loadingError.value = undefined;
  try {
    const response = await fetch(peopleUrl);
    if (!response.ok) throw new Error(`The page's own server answered ${response.status} for the people.`);
    await write(parsePeople(await response.text()));
  } catch (error) {
    loadingError.value = error;
  } finally {
    loading.value = undefined;
  }
}

async function write(people: ReturnType<typeof parsePeople>): Promise<void> {
  const now = new Date();
  const countries = new Set(people.map(({ country }) => country));
  let written = 0;
  loading.value = { written, total: people.length };
  for (const country of countries) {
    const inhabitants = people.filter((person) => person.country === country);
    for (const batch of batchesOf(inhabitants, limits.batchSize)) {
      const records = batch.map((person) => personRecord(person, now));
      await storages.value.quiet.batchWrite(country, records);
      written += records.length;
      loading.value = { written, total: people.length };
    }
    await countRecords([country]);
  }
}
