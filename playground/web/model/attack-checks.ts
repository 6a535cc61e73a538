import { computed, type Signal, signal } from "@preact/signals";
import type { FindOptions } from "incountry-storage";
import { limits } from "incountry-storage/protocol";
import { activeAttacks, requestedAttacks } from "./active-attacks.ts";
import { chosenCountry, countriesWithRecords, recordCounts } from "./countries.ts";
import { fileCountry } from "./file-record.ts";
import type { CountryResult } from "./search.ts";
import { latestOnly, lockSignal } from "./session.ts";
import { type Reader, storages } from "./storages.ts";

/** Result of reading records from a PoP that may be hostile. */
export type RecordCheck = { readonly result: CountryResult } | { readonly error: unknown };

/** Result of reading a file from it. */
export type FileCheck =
  | { readonly file: { readonly name: string; readonly size: number } }
  | { readonly none: true }
  | { readonly error: unknown };

export const recordCheck = signal<RecordCheck | undefined>(undefined);
export const fileCheck = signal<FileCheck | undefined>(undefined);

const beginRecordCheck = latestOnly();
const beginFileCheck = latestOnly();

/** Changes with everything that makes an earlier result outdated. */
const conditions = computed(() => JSON.stringify([requestedAttacks.value, activeAttacks.value, chosenCountry.value]));

conditions.subscribe(() => {
  beginRecordCheck();
  beginFileCheck();
  recordCheck.value = undefined;
  fileCheck.value = undefined;
});

async function run<Check>(
  shown: Signal<Check | { readonly error: unknown } | undefined>,
  begin: () => () => boolean,
  check: (signal: AbortSignal) => Promise<Check>,
): Promise<void> {
  const isCurrent = begin();
  const result = await check(lockSignal()).catch((error: unknown) => ({ error }));
  if (isCurrent()) shown.value = result;
}

const recordsToFind = 4;

/** The country whose records are read. It needs two records to swap. */
export const checkedCountry = computed(() => {
  const candidates = chosenCountry.value === undefined ? countriesWithRecords.value : [chosenCountry.value];
  return candidates.find((code) => (recordCounts.value.get(code) ?? 0) > 1);
});

/** Reads some records of that country. */
export async function checkRecords(): Promise<void> {
  const country = checkedCountry.value;
  if (country === undefined) return;
  await run(recordCheck, beginRecordCheck, async (signal) => {
    const found = await storages.value.unrecorded.find(country, {}, { limit: recordsToFind }, { signal });
    return { result: { country, ...found } };
  });
}

/** Reads the first file found in the country. */
export async function checkFile(): Promise<void> {
  await run<FileCheck>(fileCheck, beginFileCheck, async (signal) => {
    const storage = storages.value.unrecorded;
    const file = await findFile(storage, signal);
    if (file === undefined) return { none: true };
    const { attachmentData } = await storage.getAttachmentFile(file.country, file.recordKey, file.fileId, { signal });
    const { length } = await attachmentData.bytes();
    return { file: { name: attachmentData.fileName, size: length } };
  });
}

async function findFile(
  storage: Reader,
  signal: AbortSignal,
): Promise<{ country: string; recordKey: string; fileId: string } | undefined> {
  const country = fileCountry.value;
  if (country === undefined) return undefined;
  const options: FindOptions = { limit: limits.pageSize, sort: [{ updatedAt: "desc" }] };
  const { records } = await storage.find(country, {}, options, { signal });
  for (const { recordKey, attachments = [] } of records) {
    const [first] = attachments;
    if (first !== undefined) return { country, recordKey, fileId: first.fileId };
  }
  return undefined;
}
