import { computed, effect, signal } from "@preact/signals";
import type { FindOptions, StorageRecord } from "incountry-storage";
import { limits } from "incountry-storage/protocol";
import { chosenCountry, counted, countriesWithRecords, recordCounts } from "./countries.ts";
import { untilLock } from "./session.ts";
import { type Reader, storages } from "./storages.ts";

/** A record that files can be attached to. */
export interface FileRecord extends Pick<StorageRecord, "recordKey" | "key1" | "key2"> {
  readonly country: string;
}

/** The country whose records files are attached to: the chosen one, or the one with the most records. */
export const fileCountry = computed(
  () => chosenCountry.value ?? (counted.value ? countriesWithRecords.value[0] : undefined),
);

/** The last changed records of a country, the latest first. */
interface Listing {
  readonly country: string | undefined;
  readonly records: readonly FileRecord[];
  readonly unlisted: number;
}

const listed = signal<Listing | undefined>(undefined);
/** A record that the visitor named, and that is not among those. */
const named = signal<FileRecord | undefined>(undefined);
const choice = signal<string | undefined>(undefined);

/** What is known of the country; nothing of the one before, whose records nobody means any more. */
const listing = computed(() => (listed.value?.country === fileCountry.value ? listed.value : undefined));

/** How many more records the country holds. */
export const unlistedRecords = computed(() => listing.value?.unlisted ?? 0);
export const fileRecordsError = signal<unknown>(undefined);

/** The records that there is a choice of; undefined until they are known. */
export const fileRecords = computed(() => {
  const records = listing.value?.records;
  const other = named.value;
  if (records === undefined || other === undefined || other.country !== fileCountry.value) return records;
  return records.some(({ recordKey }) => recordKey === other.recordKey) ? records : [other, ...records];
});

/** The record whose files are shown. */
export const fileRecord = computed(() => {
  const records = fileRecords.value ?? [];
  return records.find(({ recordKey }) => recordKey === choice.value) ?? records[0];
});

export function chooseFileRecord(recordKey: string): void {
  choice.value = recordKey;
}

/** Chooses a record that may be none of those that are listed. Throws where it cannot be read. */
export async function nameFileRecord(recordKey: string): Promise<void> {
  const country = fileCountry.value;
  if (country === undefined) return;
  const session = untilLock();
  const { record } = await storages.value.quiet.read(country, recordKey, { signal: session });
  if (session.aborted) return;
  named.value = { ...record, country };
  choice.value = record.recordKey;
}

/** Counted up to have the list made anew. */
const listings = signal(0);

export function listRecordsAgain(): void {
  listings.value += 1;
}

/** Keeps the list of records in step with the country. Returns how to stop that. */
export function startListingRecords(): () => void {
  return effect(() => {
    const country = fileCountry.value;
    const isEmpty = country === undefined || !recordCounts.value.has(country);
    const isKnown = counted.value;
    const { quiet } = storages.value;
    const current = listings.value;
    const session = untilLock();
    let abandoned = false;
    const isCurrent = (): boolean => !abandoned && !session.aborted && current === listings.peek();
    const list = async (): Promise<void> => {
      const found = isEmpty ? { country, records: [], unlisted: 0 } : await lastChanged(quiet, country, session);
      if (!isCurrent()) return;
      listed.value = isKnown ? found : undefined;
      fileRecordsError.value = undefined;
    };
    list().catch((error: unknown) => {
      if (isCurrent()) fileRecordsError.value = error;
    });
    return () => {
      abandoned = true;
    };
  });
}

/** Lets go of the records, and of what the visitor said of them. */
export function forgetFileRecords(): void {
  listed.value = undefined;
  named.value = undefined;
  choice.value = undefined;
  fileRecordsError.value = undefined;
}

async function lastChanged(storage: Reader, country: string, signal: AbortSignal): Promise<Listing> {
  const options: FindOptions = { limit: limits.pageSize, sort: [{ updatedAt: "desc" }] };
  const { records, meta } = await storage.find(country, {}, options, { signal });
  return {
    country,
    records: records.map((record) => ({ ...record, country })),
    unlisted: Math.max(0, meta.total - meta.count),
  };
}
