import { signal } from "@preact/signals";
import { limits } from "incountry-storage/protocol";
import peopleUrl from "../../data/people.json?url";
import { batchesOf } from "../../demo/batches.ts";
import { parsePeople } from "../../demo/person.ts";
import { personRecord } from "../../demo/person-record.ts";
import { countRecords } from "./countries.ts";
import { untilLock } from "./session.ts";
import { unlocked } from "./storages.ts";

/** How far the loading of the invented people has come; undefined while nothing is loaded. */
export const loading = signal<{ written: number; total: number } | undefined>(undefined);
export const loadingError = signal<unknown>(undefined);

/** Seals the demo's invented people here, and writes each of them to their country. Ends when the page is locked. */
export async function loadPeople(): Promise<void> {
  if (loading.value !== undefined) return;
  loading.value = { written: 0, total: 0 };
  loadingError.value = undefined;
  try {
    await write(untilLock());
  } catch (error) {
    loadingError.value = error;
  } finally {
    loading.value = undefined;
  }
}

async function write(signal: AbortSignal): Promise<void> {
  // One Storage for everyone: that of the moment may be another one later, with other settings.
  const { quiet } = unlocked();
  const response = await fetch(peopleUrl, { signal });
  if (!response.ok) throw new Error(`The page's own server answered ${response.status} for the people.`);
  const people = parsePeople(await response.text());
  const now = new Date();
  const countries = new Set(people.map(({ country }) => country));
  let written = 0;
  loading.value = { written, total: people.length };
  for (const country of countries) {
    const inhabitants = people.filter((person) => person.country === country);
    try {
      for (const batch of batchesOf(inhabitants, limits.batchSize)) {
        const records = batch.map((person) => personRecord(person, now));
        await quiet.batchWrite(country, records, { signal });
        written += records.length;
        loading.value = { written, total: people.length };
      }
    } finally {
      await countRecords([country]);
    }
  }
}
