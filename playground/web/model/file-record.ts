import { computed, effect, signal } from "@preact/signals";
import type { FindOptions, StorageRecord } from "incountry-storage";
import { limits } from "incountry-storage/protocol";
import { chosenCountry, countriesWithRecords, isCounted, recordCounts } from "./countries.ts";
import { latestOnly, lockSignal } from "./session.ts";
import { type Reader, storages } from "./storages.ts";

/** A record that files can be attached to. */
export interface FileRecord extends Pick<StorageRecord, "recordKey" | "key1" | "key2"> {
  readonly country: string;
}

/** Identifies a record. */
export type RecordAddress = Pick<FileRecord, "country" | "recordKey">;

/**
 * The record that the visitor chose, or the default. It stays until another one is chosen or it is deleted, even if
 * other records are written meanwhile.
 */
const chosen = signal<FileRecord | undefined>(undefined);
const beginChoice = latestOnly();

/** The chosen country, that of the chosen record, or the one with the most records. */
export const fileCountry = computed(() => {
  if (chosenCountry.value !== undefined) return chosenCountry.value;
  const country = chosen.value?.country;
  if (country !== undefined && recordCounts.value.has(country)) return country;
  return isCounted.value ? countriesWithRecords.value[0] : undefined;
});

interface Records {
  /** The last changed records, the latest first. */
  readonly records: readonly FileRecord[];
  /** The number of records that are not listed. */
  readonly unlisted: number;
}

interface Listing extends Partial<Records> {
  readonly country: string | undefined;
  /** Set if the records are missing or may be outdated. */
  readonly error?: unknown;
}

const listed = signal<Listing | undefined>(undefined);
/** The listing of the current country, and not of an earlier one. */
const listing = computed(() => (listed.value?.country === fileCountry.value ? listed.value : undefined));

export const unlistedCount = computed(() => listing.value?.unlisted ?? 0);
export const fileRecordsError = computed(() => listing.value?.error);

/** The record whose files are shown. */
export const fileRecord = computed(() => {
  const record = chosen.value;
  return listing.value?.records !== undefined && record?.country === fileCountry.value ? record : undefined;
});

/** The records to choose from; undefined until they are fetched. */
export const fileRecords = computed(() => {
  const records = listing.value?.records;
  const record = fileRecord.value;
  if (records === undefined || record === undefined || recordOf(records, record.recordKey)) return records;
  return [record, ...records];
});

function recordOf(records: readonly FileRecord[], recordKey: string): FileRecord | undefined {
  return records.find((record) => record.recordKey === recordKey);
}

/** True for the address of the record whose files are shown. */
export function isFileRecord(address: RecordAddress | undefined): boolean {
  const current = fileRecord.value;
  return current?.recordKey === address?.recordKey && current?.country === address?.country;
}

export function chooseFileRecord(recordKey: string): void {
  beginChoice();
  chosen.value = recordOf(fileRecords.value ?? [], recordKey);
}

/** Chooses a record that may not be listed. Rejects if it cannot be read. */
export async function chooseByKey(recordKey: string): Promise<void> {
  const country = fileCountry.value;
  if (country === undefined) return;
  const isCurrent = beginChoice();
  const { record } = await storages.value.unrecorded.read(country, recordKey, { signal: lockSignal() });
  if (isCurrent() && country === fileCountry.value) chosen.value = { ...record, country };
}

const reloads = signal(0);

/** Fetches the list of records again. */
export function reloadFileRecords(): void {
  reloads.value += 1;
}

/** Updates the list of records when the country changes. Returns a function that stops this. */
export function startListingRecords(): () => void {
  return effect(() => {
    const country = fileCountry.value;
    const isKnown = isCounted.value;
    const isEmpty = country === undefined || (isKnown && !recordCounts.value.has(country));
    const { unrecorded } = storages.value;
    const reload = reloads.value;
    const session = lockSignal();
    let stopped = false;
    const isCurrent = (): boolean => !stopped && !session.aborted && reload === reloads.peek();
    const list = async (): Promise<void> => {
      const found = await (isEmpty ? noRecords : lastChanged(unrecorded, country, session));
      if (!isCurrent() || (country === undefined && !isKnown)) return;
      updateChoice(country, found);
      listed.value = { country, ...found };
    };
    list().catch((error: unknown) => {
      if (isCurrent()) listed.value = { ...listing.value, country, error };
    });
    return () => {
      stopped = true;
    };
  });
}

const noRecords: Records = { records: [], unlisted: 0 };

/** Drops the chosen record if it was deleted, and chooses the first one by default. */
function updateChoice(country: string | undefined, { records, unlisted }: Records): void {
  const record = chosen.value?.country === country ? chosen.value : undefined;
  const unlistedRecord = unlisted > 0 ? record : undefined;
  chosen.value = (record && recordOf(records, record.recordKey)) ?? unlistedRecord ?? records[0];
}

export function clearFileRecords(): void {
  beginChoice();
  listed.value = undefined;
  chosen.value = undefined;
}

async function lastChanged(storage: Reader, country: string, signal: AbortSignal): Promise<Records> {
  const options: FindOptions = { limit: limits.pageSize, sort: [{ updatedAt: "desc" }] };
  const { records, meta } = await storage.find(country, {}, options, { signal });
  return {
    records: records.map((record) => ({ ...record, country })),
    unlisted: Math.max(0, meta.total - meta.count),
  };
}
