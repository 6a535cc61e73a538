import { computed, signal } from "@preact/signals";
import type { RequestOptions } from "incountry-storage";
import { isFileRecord, type RecordAddress } from "./file-record.ts";
import { lockSignal } from "./session.ts";
import type { Trace } from "./storages.ts";

/** An upload or a download, running or failed. */
export interface Transfer {
  readonly id: number;
  readonly at: RecordAddress;
  readonly name: string;
  readonly direction: "up" | "down";
  readonly transferred: number;
  readonly total: number | undefined;
  readonly error?: unknown;
}

const transfers = signal<readonly Transfer[]>([]);

/** The transfers of the record whose files are shown. */
export const transfersHere = computed(() => transfers.value.filter(({ at }) => isFileRecord(at)));

/** The request options of a transfer. */
export type TransferRequest = Required<Pick<RequestOptions, "signal" | "onProgress">>;

let lastTransfer = 0;

/** Shows the progress of a transfer, or its error. Resolves to undefined if the page was locked meanwhile. */
export async function transfer(
  file: Pick<Transfer, "at" | "name" | "direction" | "total">,
  run: (request: TransferRequest) => Promise<Trace | undefined>,
): Promise<Trace | undefined> {
  const session = lockSignal();
  lastTransfer += 1;
  const id = lastTransfer;
  const update = (changed: Partial<Transfer>): void => {
    transfers.value = transfers.value.map((transfer) => (transfer.id === id ? { ...transfer, ...changed } : transfer));
  };
  transfers.value = [...transfers.value, { ...file, id, transferred: 0 }];
  const trace = await run({ signal: session, onProgress: (progress) => update(progress) });
  if (session.aborted || trace === undefined) return undefined;
  if (trace.error === undefined) transfers.value = transfers.value.filter((transfer) => transfer.id !== id);
  else update({ error: trace.error });
  return trace;
}

/** Removes the failed transfers of the record. */
export function clearFailures(): void {
  transfers.value = transfers.value.filter(({ at, error }) => error === undefined || !isFileRecord(at));
}

export function clearTransfers(): void {
  transfers.value = [];
}
