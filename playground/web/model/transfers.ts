import { computed, signal } from "@preact/signals";
import type { RequestOptions } from "incountry-storage";
import { type FilePlace, isFileRecord } from "./file-record.ts";
import { untilLock } from "./session.ts";
import type { Trace } from "./storages.ts";

/** A file on its way, up or down, or what stopped it. */
export interface Transfer {
  readonly id: number;
  /** The record that it belongs to. */
  readonly at: FilePlace;
  readonly name: string;
  readonly direction: "up" | "down";
  readonly transferred: number;
  readonly total: number | undefined;
  readonly error?: unknown;
}

const transfers = signal<readonly Transfer[]>([]);

/** The transfers of the record whose files are shown. */
export const transfersHere = computed(() => transfers.value.filter(({ at }) => isFileRecord(at)));

/** What the SDK is given with a transfer. */
export type TransferRequest = Required<Pick<RequestOptions, "signal" | "onProgress">>;

let lastTransfer = 0;

/** Shows how a transfer goes, and what stopped it. Gives nothing where the page was locked meanwhile. */
export async function transfer(
  file: Pick<Transfer, "at" | "name" | "direction" | "total">,
  run: (request: TransferRequest) => Promise<Trace | undefined>,
): Promise<Trace | undefined> {
  const session = untilLock();
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

/** Lets go of what stopped earlier transfers of the record. */
export function forgetFailures(): void {
  transfers.value = transfers.value.filter(({ at, error }) => error === undefined || !isFileRecord(at));
}

export function forgetTransfers(): void {
  transfers.value = [];
}
