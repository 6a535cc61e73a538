import { computed, effect, signal } from "@preact/signals";
import type { FindOptions, Storage, StorageRecord } from "incountry-storage";
import { limits } from "incountry-storage/protocol";
import { chosenCountry, counted, countriesWithRecords, recordCounts } from "./countries.ts";
import { storages } from "./storages.ts";

/** A record that files can be attached to. */
export interface FileRecord extends Pick<StorageRecord, "recordKey" | "key1" | "key2"> {
  readonly country: string;
}

/** The country whose records files are attached to: the chosen one, or the one with the most records. */
export const fileCountry = computed(
  () => chosenCountry.value ?? (counted.value ? countriesWithRecords.value[0] : undefined),
);

/** Its records, the last changed first; undefined until they are known. */
export const fileRecords = signal<readonly FileRecord[] | undefined>(undefined);

const choice = signal<string | undefined>(undefined);

/** The record whose files are shown. */
export const fileRecord = computed(() => {
  const records = fileRecords.value ?? [];
  return records.find(({ recordKey }) => recordKey === choice.value) ?? records[0];
});

export function chooseFileRecord(recordKey: string): void {
  choice.value = recordKey;
}

/** Keeps the list of records in step with the country. Returns how to stop that. */
export function startListingRecords(): () => void {
  return effect(() => {
    const country = fileCountry.value;
    const isEmpty = country === undefined || !recordCounts.value.has(country);
    const isKnown = counted.value;
    const { quiet } = storages.value;
    let current = true;
    const list = async (): Promise<void> => {
      const records = isEmpty ? [] : await lastChanged(quiet, country);
      if (current) fileRecords.value = isKnown ? records : undefined;
    };
    void list();
    return () => {
      current = false;
    };
  });
}

async function lastChanged(storage: Storage, country: string): Promise<FileRecord[]> {
  const options: FindOptions = { limit: limits.pageSize, sort: [{ updatedAt: "desc" }] };
  const { records } = await storage.find(country, {}, options);
  return records.map((record) => ({ ...record, country }));
}
