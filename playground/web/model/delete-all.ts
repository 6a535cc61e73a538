import { signal } from "@preact/signals";
import { limits } from "incountry-storage/protocol";
import { countRecords, recordCounts, totalRecords } from "./countries.ts";
import { listRecordsAgain } from "./file-record.ts";
import { forgetResults } from "./forgetting.ts";
import { deleteRows, fetchRows } from "./pop.ts";

/** How many records were there when emptying began; undefined while nothing is emptied. */
export const emptying = signal<number | undefined>(undefined);
export const emptyingError = signal<unknown>(undefined);

/** Deletes every record of the playground, by the hashes of their keys: also those that the page has no secret for. */
export async function emptyPlayground(): Promise<void> {
  if (emptying.value !== undefined) return;
  emptying.value = totalRecords.value;
  emptyingError.value = undefined;
  try {
    for (const country of recordCounts.value.keys()) await emptyCountry(country);
  } catch (error) {
    emptyingError.value = error;
  } finally {
    emptying.value = undefined;
    // What was found, read or sent before is there no more.
    forgetResults();
    listRecordsAgain();
  }
}

async function emptyCountry(country: string): Promise<void> {
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
