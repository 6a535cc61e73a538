import { signal } from "@preact/signals";
import { limits } from "incountry-storage/protocol";
import peopleUrl from "../../data/people.json?url";
import { batchesOf } from "../../demo/batches.ts";
import { parsePeople } from "../../demo/person.ts";
import { personRecord } from "../../demo/person-record.ts";
import { countRecords } from "./countries.ts";
import { lockSignal } from "./session.ts";
import { unlocked } from "./storages.ts";

/** Progress of loading the sample people; undefined if they are not being loaded. */
export const loading = signal<{ written: number; total: number } | undefined>(undefined);
export const loadingError = signal<unknown>(undefined);

/** Encrypts the sample people and writes each of them to their country. Stops when the page is locked. */
export async function loadPeople(): Promise<void> {
  if (loading.value !== undefined) return;
  loading.value = { written: 0, total: 0 };
  loadingError.value = undefined;
  try {
    await writePeople(lockSignal());
  } catch (error) {
    loadingError.value = error;
  } finally {
    loading.value = undefined;
  }
}

async function writePeople(signal: AbortSignal): Promise<void> {
  // The same Storage for everyone, even if the settings change meanwhile.
  const { unrecorded } = unlocked();
  const response = await fetch(peopleUrl, { signal });
  if (!response.ok)
    throw new Error(`The sample people could not be loaded: the page’s server returned ${response.status}.`);
  const people = parsePeople(await response.text());
  const now = new Date();
  const countries = new Set(people.map(({ country }) => country));
  let written = 0;
  loading.value = { written, total: people.length };
  for (const country of countries) {
    const residents = people.filter((person) => person.country === country);
    try {
      for (const batch of batchesOf(residents, limits.batchSize)) {
        const records = batch.map((person) => personRecord(person, now));
        await unrecorded.batchWrite(country, records, { signal });
        written += records.length;
        loading.value = { written, total: people.length };
      }
    } finally {
      await countRecords([country]);
    }
  }
}
