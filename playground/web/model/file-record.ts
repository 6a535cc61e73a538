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

/** What tells a record from all others. */
export type FilePlace = Pick<FileRecord, "country" | "recordKey">;

/**
 * The record that was chosen, or that was shown without a choice. It stays until the visitor chooses another, or it is gone:
 * what is written meanwhile, by whomever, does not put another in its place.
 */
const chosen = signal<FileRecord | undefined>(undefined);
let latestChoice = 0;

/** The country whose records files are attached to: the chosen one, that of the chosen record, or the one with the most. */
export const fileCountry = computed(() => {
  if (chosenCountry.value !== undefined) return chosenCountry.value;
  const country = chosen.value?.country;
  if (country !== undefined && recordCounts.value.has(country)) return country;
  return counted.value ? countriesWithRecords.value[0] : undefined;
});

/** What a country holds. */
interface Records {
  /** The last changed ones, the latest first. */
  readonly records: readonly FileRecord[];
  /** How many more there are. */
  readonly unlisted: number;
}

/** What is known of a country. */
interface Listing extends Partial<Records> {
  readonly country: string | undefined;
  /** Why its records are not known, or not as they are now. */
  readonly error?: unknown;
}

const listed = signal<Listing | undefined>(undefined);
/** What is known of the country; nothing of the one before, whose records nobody means any more. */
const listing = computed(() => (listed.value?.country === fileCountry.value ? listed.value : undefined));

export const unlistedRecords = computed(() => listing.value?.unlisted ?? 0);
export const fileRecordsError = computed(() => listing.value?.error);

/** The record whose files are shown. */
export const fileRecord = computed(() => {
  const record = chosen.value;
  return listing.value?.records !== undefined && record?.country === fileCountry.value ? record : undefined;
});

/** The records that there is a choice of; undefined until they are known. */
export const fileRecords = computed(() => {
  const records = listing.value?.records;
  const record = fileRecord.value;
  if (records === undefined || record === undefined || recordOf(records, record.recordKey)) return records;
  return [record, ...records];
});

function recordOf(records: readonly FileRecord[], recordKey: string): FileRecord | undefined {
  return records.find((record) => record.recordKey === recordKey);
}

/** Whether that is the record whose files are shown. */
export function isFileRecord(place: FilePlace | undefined): boolean {
  const now = fileRecord.value;
  return now?.recordKey === place?.recordKey && now?.country === place?.country;
}

export function chooseFileRecord(recordKey: string): void {
  latestChoice += 1;
  chosen.value = recordOf(fileRecords.value ?? [], recordKey);
}

/** Chooses a record that may be none of those that are listed. Throws where it cannot be read. */
export async function nameFileRecord(recordKey: string): Promise<void> {
  const country = fileCountry.value;
  if (country === undefined) return;
  const session = untilLock();
  latestChoice += 1;
  const choice = latestChoice;
  const { record } = await storages.value.quiet.read(country, recordKey, { signal: session });
  if (session.aborted || choice !== latestChoice || country !== fileCountry.value) return;
  chosen.value = { ...record, country };
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
    const isKnown = counted.value;
    const isEmpty = country === undefined || (isKnown && !recordCounts.value.has(country));
    const { quiet } = storages.value;
    const current = listings.value;
    const session = untilLock();
    let abandoned = false;
    const isCurrent = (): boolean => !abandoned && !session.aborted && current === listings.peek();
    const list = async (): Promise<void> => {
      const found = await (isEmpty ? nothing : lastChanged(quiet, country, session));
      if (!isCurrent() || (country === undefined && !isKnown)) return;
      keepChoice(country, found);
      listed.value = { country, ...found };
    };
    list().catch((error: unknown) => {
      if (isCurrent()) listed.value = { ...listing.value, country, error };
    });
    return () => {
      abandoned = true;
    };
  });
}

const nothing: Records = { records: [], unlisted: 0 };

/** Lets go of a record that is gone, and chooses one where none is chosen. */
function keepChoice(country: string | undefined, { records, unlisted }: Records): void {
  const record = chosen.value?.country === country ? chosen.value : undefined;
  const unseen = unlisted > 0 ? record : undefined;
  chosen.value = (record && recordOf(records, record.recordKey)) ?? unseen ?? records[0];
}

/** Lets go of the records, and of what the visitor said of them. */
export function forgetFileRecords(): void {
  latestChoice += 1;
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
