import { signal } from "@preact/signals";
import type { StorageRecord } from "incountry-storage";
import { fetchRow, type Row } from "./pop.ts";
import { deleteRecord, readRecord } from "./search.ts";
import { untilLock } from "./session.ts";
import type { Trace } from "./storages.ts";

/** The record that the visitor looks at alone, or the last one that was deleted. */
export type Opened =
  | {
      readonly kind: "read";
      readonly country: string;
      readonly recordKey: string;
      readonly trace: Trace;
      readonly record?: StorageRecord;
      readonly row?: Row;
      /** Why there is no row. */
      readonly rowError?: unknown;
    }
  | { readonly kind: "deleted"; readonly country: string; readonly recordKey: string; readonly trace: Trace };

export const opened = signal<Opened | undefined>(undefined);

let latest = 0;
/** The record that was asked for last; undefined where none is looked at any more. */
let asked: { readonly country: string; readonly recordKey: string } | undefined;

/** Tells whether what was begun now is still what the visitor looks at. */
function begin(): () => boolean {
  const session = untilLock();
  latest += 1;
  const mine = latest;
  return () => mine === latest && !session.aborted;
}

/** Reads one record, and beside it the row that the PoP has of it. */
export async function openRecord(country: string, recordKey: string): Promise<void> {
  const isCurrent = begin();
  asked = { country, recordKey };
  const done = await readRecord(country, recordKey);
  if (done === undefined) return;
  const { trace, result } = done;
  const seen = { kind: "read", country, recordKey, trace } as const;
  const whole = result === undefined ? seen : { ...seen, ...result, ...(await rowOf(country, recordKey)) };
  if (isCurrent()) opened.value = whole;
}

async function rowOf(country: string, recordKey: string): Promise<{ row: Row } | { rowError: unknown }> {
  try {
    return { row: await fetchRow(country, recordKey) };
  } catch (rowError) {
    return { rowError };
  }
}

/** Reads the record that is looked at once more, if it is one of this country: what it holds may have changed. */
export async function readAgain(country: string): Promise<void> {
  if (asked?.country === country) await openRecord(country, asked.recordKey);
}

export async function removeRecord(country: string, recordKey: string): Promise<void> {
  const isCurrent = begin();
  asked = undefined;
  const trace = await deleteRecord(country, recordKey);
  if (trace === undefined) return;
  // That it is still there has to be told, whatever the visitor looks at by now.
  if (trace.error !== undefined) closeOpened();
  else if (!isCurrent()) return;
  opened.value = { kind: "deleted", country, recordKey, trace };
}

export function closeOpened(): void {
  latest += 1;
  asked = undefined;
  opened.value = undefined;
}
