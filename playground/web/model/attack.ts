import { signal } from "@preact/signals";
import type { Storage } from "incountry-storage";
import { limits } from "incountry-storage/protocol";
import { chosenCountry, countriesWithRecords, recordCounts } from "./countries.ts";
import { fileCountry } from "./file-record.ts";
import type { CountryResult } from "./search.ts";
import { storages } from "./storages.ts";

/** What came of asking a PoP that may be hostile for some records. */
export type RecordTrial = { readonly result: CountryResult } | { readonly error: unknown };

/** What came of asking it for a file. */
export type FileTrial =
  | { readonly opened: { readonly name: string; readonly size: number } }
  | { readonly none: true }
  | { readonly error: unknown };

export const recordTrial = signal<RecordTrial | undefined>(undefined);
export const fileTrial = signal<FileTrial | undefined>(undefined);

/** Records that are asked for. */
const sample = 4;

/** Finds some records of a country that holds at least two. */
export async function tryRecords(): Promise<void> {
  const country =
    chosenCountry.value ?? countriesWithRecords.value.find((code) => (recordCounts.value.get(code) ?? 0) > 1);
  if (country === undefined) return;
  try {
    const { quiet } = storages.value;
    recordTrial.value = { result: { country, ...(await quiet.find(country, {}, { limit: sample })) } };
  } catch (error) {
    recordTrial.value = { error };
  }
}

/** Fetches a file of the country, whichever there is. */
export async function tryFile(): Promise<void> {
  try {
    const { quiet } = storages.value;
    const file = await someFile(quiet);
    if (file === undefined) {
      fileTrial.value = { none: true };
      return;
    }
    const { attachmentData } = await quiet.getAttachmentFile(file.country, file.recordKey, file.fileId);
    const { length } = await attachmentData.bytes();
    fileTrial.value = { opened: { name: attachmentData.fileName, size: length } };
  } catch (error) {
    fileTrial.value = { error };
  }
}

async function someFile(storage: Storage): Promise<{ country: string; recordKey: string; fileId: string } | undefined> {
  const country = fileCountry.value;
  if (country === undefined) return undefined;
  const { records } = await storage.find(country, {}, { limit: limits.pageSize, sort: [{ updatedAt: "desc" }] });
  for (const { recordKey, attachments = [] } of records) {
    const [first] = attachments;
    if (first !== undefined) return { country, recordKey, fileId: first.fileId };
  }
  return undefined;
}
