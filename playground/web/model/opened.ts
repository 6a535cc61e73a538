import { signal } from "@preact/signals";
import type { StorageRecord } from "incountry-storage";
import { fetchRow, type Row } from "./pop.ts";
import { deleteRecord, readRecord } from "./search.ts";
import { latestOnly } from "./session.ts";
import type { Trace } from "./storages.ts";

interface RecordTrace {
  readonly country: string;
  readonly recordKey: string;
  readonly trace: Trace;
}

/** The record that is shown in detail, or the last deleted one. */
export type Opened =
  | (RecordTrace & {
      readonly kind: "read";
      readonly record?: StorageRecord;
      readonly row?: Row;
      /** Set if the row could not be fetched. */
      readonly rowError?: unknown;
    })
  | (RecordTrace & { readonly kind: "deleted" });

export const opened = signal<Opened | undefined>(undefined);

const begin = latestOnly();
/** The record that was requested last; undefined if none is shown any more. */
let requested: { readonly country: string; readonly recordKey: string } | undefined;

/** Reads one record with the SDK, and its row without it. */
export async function openRecord(country: string, recordKey: string): Promise<void> {
  const isCurrent = begin();
  requested = { country, recordKey };
  const done = await readRecord(country, recordKey);
  if (done === undefined) return;
  const { trace, result } = done;
  const read = { kind: "read", country, recordKey, trace } as const;
  const complete = result === undefined ? read : { ...read, ...result, ...(await rowOf(country, recordKey)) };
  if (isCurrent()) opened.value = complete;
}

async function rowOf(country: string, recordKey: string): Promise<{ row: Row } | { rowError: unknown }> {
  try {
    return { row: await fetchRow(country, recordKey) };
  } catch (rowError) {
    return { rowError };
  }
}

/** Reads the shown record again if it belongs to this country. */
export async function rereadRecord(country: string): Promise<void> {
  if (requested?.country === country) await openRecord(country, requested.recordKey);
}

export async function removeRecord(country: string, recordKey: string): Promise<void> {
  const isCurrent = begin();
  requested = undefined;
  const trace = await deleteRecord(country, recordKey);
  if (trace === undefined) return;
  // Always show that a deletion failed, even if another record was opened meanwhile.
  if (trace.error !== undefined) closeOpened();
  else if (!isCurrent()) return;
  opened.value = { kind: "deleted", country, recordKey, trace };
}

export function closeOpened(): void {
  begin();
  requested = undefined;
  opened.value = undefined;
}
