import { computed, type Signal, signal } from "@preact/signals";
import type { FindOptions } from "incountry-storage";
import { limits } from "incountry-storage/protocol";
import { chosenCountry, countriesWithRecords, recordCounts } from "./countries.ts";
import { fileCountry } from "./file-record.ts";
import { askedHostility, hostility } from "./hostility.ts";
import type { CountryResult } from "./search.ts";
import { untilLock } from "./session.ts";
import { type Reader, storages } from "./storages.ts";

/** What came of asking a PoP that may be hostile for some records. */
export type RecordTrial = { readonly result: CountryResult } | { readonly error: unknown };

/** What came of asking it for a file. */
export type FileTrial =
  | { readonly opened: { readonly name: string; readonly size: number } }
  | { readonly none: true }
  | { readonly error: unknown };

export const recordTrial = signal<RecordTrial | undefined>(undefined);
export const fileTrial = signal<FileTrial | undefined>(undefined);

/** How often each was begun, or made void: what is answered to an earlier one says nothing any more. */
const turns = new Map<Signal<unknown>, number>();

function nextTurn(trial: Signal<unknown>): number {
  const turn = (turns.get(trial) ?? 0) + 1;
  turns.set(trial, turn);
  return turn;
}

/** What the trials are about, in one value: the switches, the PoP and the country. */
const tried = computed(() => JSON.stringify([askedHostility.value, hostility.value, chosenCountry.value]));

tried.subscribe(() => {
  for (const trial of [recordTrial, fileTrial]) {
    nextTurn(trial);
    trial.value = undefined;
  }
});

async function conduct<Trial>(
  trial: Signal<Trial | { readonly error: unknown } | undefined>,
  run: (session: AbortSignal) => Promise<Trial>,
): Promise<void> {
  const turn = nextTurn(trial);
  const session = untilLock();
  const outcome = await run(session).catch((error: unknown) => ({ error }));
  if (!session.aborted && turn === turns.get(trial)) trial.value = outcome;
}

/** Records that are asked for. */
const sample = 4;

/** The country whose records are asked for: one that holds two at least, for a single one cannot be swapped. */
export const trialCountry = computed(() => {
  const candidates = chosenCountry.value === undefined ? countriesWithRecords.value : [chosenCountry.value];
  return candidates.find((code) => (recordCounts.value.get(code) ?? 0) > 1);
});

/** Finds some records of that country. */
export async function tryRecords(): Promise<void> {
  const country = trialCountry.value;
  if (country !== undefined) await conduct(recordTrial, (session) => findSome(country, session));
}

async function findSome(country: string, signal: AbortSignal): Promise<RecordTrial> {
  const { quiet } = storages.value;
  return { result: { country, ...(await quiet.find(country, {}, { limit: sample }, { signal })) } };
}

/** Fetches a file of the country, whichever there is. */
export async function tryFile(): Promise<void> {
  await conduct(fileTrial, fetchSomeFile);
}

async function fetchSomeFile(signal: AbortSignal): Promise<FileTrial> {
  const { quiet } = storages.value;
  const file = await someFile(quiet, signal);
  if (file === undefined) return { none: true };
  const { attachmentData } = await quiet.getAttachmentFile(file.country, file.recordKey, file.fileId, { signal });
  const { length } = await attachmentData.bytes();
  return { opened: { name: attachmentData.fileName, size: length } };
}

async function someFile(
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
