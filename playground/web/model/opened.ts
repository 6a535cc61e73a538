import { signal } from "@preact/signals";
import type { StorageRecord } from "incountry-storage";
import { fetchRow, type Row } from "./pop.ts";
import { deleteRecord, readRecord } from "./search.ts";
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
    }
  | { readonly kind: "deleted"; readonly country: string; readonly recordKey: string; readonly trace: Trace };

export const opened = signal<Opened | undefined>(undefined);

/** Reads one record, and beside it the row that the PoP has of it. */
export async function openRecord(country: string, recordKey: string): Promise<void> {
  const { trace, result } = await readRecord(country, recordKey);
  const seen = { kind: "read", country, recordKey, trace } as const;
  opened.value = result === undefined ? seen : { ...seen, ...result, row: await fetchRow(country, recordKey) };
}

export async function removeRecord(country: string, recordKey: string): Promise<void> {
  opened.value = { kind: "deleted", country, recordKey, trace: await deleteRecord(country, recordKey) };
}

export function closeOpened(): void {
  opened.value = undefined;
}
