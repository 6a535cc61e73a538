import { signal } from "@preact/signals";
import { limits } from "incountry-storage/protocol";
import { clearResults } from "./clear-results.ts";
import { countRecords, recordCounts, totalRecords } from "./countries.ts";
import { reloadFileRecords } from "./file-record.ts";
import { deleteRows, fetchRows } from "./pop.ts";

/** The number of records when the deletion began; undefined if none is running. */
export const deleting = signal<number | undefined>(undefined);
export const deletingError = signal<unknown>(undefined);

/** Deletes every record by the hash of its key, including records that the page has no secret for. */
export async function deleteAllRecords(): Promise<void> {
  if (deleting.value !== undefined) return;
  deleting.value = totalRecords.value;
  deletingError.value = undefined;
  try {
    for (const country of recordCounts.value.keys()) await deleteCountry(country);
  } catch (error) {
    deletingError.value = error;
  } finally {
    deleting.value = undefined;
    clearResults();
    reloadFileRecords();
  }
}

async function deleteCountry(country: string): Promise<void> {
  try {
    for (let page = await fetchRows(country, limits.pageSize); page.data.length > 0; ) {
      await deleteRows(
        country,
        page.data.map((row) => row["record_key"]),
      );
      page = await fetchRows(country, limits.pageSize);
    }
  } finally {
    await countRecords([country]);
  }
}
