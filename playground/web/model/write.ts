import { effect, signal } from "@preact/signals";
import type { RecordInput, Storage } from "incountry-storage";
import { parseJson, recordFields } from "incountry-storage/protocol";
import * as v from "valibot";
import { codeOf } from "./code.ts";
import { countRecords } from "./countries.ts";
import { draft, draftCountry, problemsOf } from "./draft.ts";
import { readAgain } from "./opened.ts";
import { fetchRow, type Row } from "./pop.ts";
import type { Exchange } from "./recorder.ts";
import { searchAgain } from "./search.ts";
import { untilLock } from "./session.ts";
import { requestOf, storages, type Trace, tracedChange } from "./storages.ts";
import { typescriptOf } from "./typescript.ts";

const rowSchema = v.record(v.string(), v.unknown());

/**
 * What would leave the browser now: the request, and the record in it. Or what the SDK has against the record, or that
 * something in the form cannot be read, and then the record without that.
 */
export type Preview =
  | { readonly exchange: Exchange; readonly wire: Row }
  | { readonly error: unknown; readonly wire?: Row }
  | { readonly incomplete: true; readonly wire?: Row };

export const preview = signal<Preview>({ incomplete: true });

/** What became of the last record that was sent. */
export interface Written {
  /** Which one it is of all that were sent. */
  readonly number: number;
  readonly country: string;
  readonly recordKey: string;
  readonly trace: Trace;
  /** As the PoP's database has it; absent where it was not written, or could not be fetched. */
  readonly row?: Row;
  /** Why it could not be fetched. */
  readonly rowError?: unknown;
}

export const written = signal<Written | undefined>(undefined);
export const writing = signal(false);

/** Milliseconds that a visitor stops typing for, before the record is sealed again. */
const pause = 60;

/** Seals the record of the form anew, whenever it changes, or what it is sealed with. Returns how to stop that. */
export function startPreview(): () => void {
  let latest = 0;
  return effect(() => {
    const { record, problems } = draft.value;
    const country = draftCountry.value;
    const dry = storages.value.sealing?.dry;
    latest += 1;
    const mine = latest;
    const show = (seen: Preview): void => {
      if (mine === latest) preview.value = seen;
    };
    const seal = async (dry: Storage): Promise<void> => {
      try {
        const sealed = await sealedOf(dry, country, record);
        show(problems.size > 0 ? { incomplete: true, wire: sealed.wire } : sealed);
      } catch (error) {
        show({ error, ...(await restOf(error, dry, country, record)) });
      }
    };
    const timer = setTimeout(() => {
      if (dry === undefined) show({ incomplete: true });
      else void seal(dry);
    }, pause);
    return () => clearTimeout(timer);
  });
}

async function sealedOf(
  dry: Storage,
  country: string,
  record: RecordInput,
): Promise<{ readonly exchange: Exchange; readonly wire: Row }> {
  const exchange = await requestOf(dry, (storage) => storage.write(country, record));
  return { exchange, wire: v.parse(rowSchema, parseJson(exchange.body ?? "")) };
}

/** Stands for a name that the SDK refuses, so that the rest of the record can be sealed. */
const standIn = "record";

/** What a record would be on the wire without the fields that the SDK refuses. */
async function restOf(
  error: unknown,
  dry: Storage,
  country: string,
  record: RecordInput,
): Promise<{ readonly wire?: Row }> {
  const refused = problemsOf(error);
  const accepted = Object.fromEntries(Object.entries(record).filter(([name]) => !refused.has(name)));
  try {
    const { wire } = await sealedOf(dry, country, { recordKey: standIn, ...accepted });
    if (!refused.has("recordKey")) return { wire };
    return { wire: { ...wire, [recordFields.recordKey.wire]: null } };
  } catch {
    return {};
  }
}

let lastNumber = 0;

/** Sends the record of the form, and fetches what the PoP's database has of it then. */
export async function sendDraft(): Promise<void> {
  const { record } = draft.value;
  const country = draftCountry.value;
  const code = codeOf(`await storage.write(${JSON.stringify(country)}, ${typescriptOf(record)});`);
  writing.value = true;
  try {
    const done = await tracedChange(code, (storage, request) => storage.write(country, record, request));
    if (done === undefined) return;
    lastNumber += 1;
    const sent = { number: lastNumber, country, recordKey: record.recordKey, trace: done.trace };
    if (done.result === undefined) {
      written.value = sent;
      return;
    }
    // Nobody has to wait for that before the next record is sent.
    void lookAgain(country);
    await showRow(sent);
  } finally {
    writing.value = false;
  }
}

/** Shows the row of a record that was written. */
export async function showRow(sent: Written): Promise<void> {
  const session = untilLock();
  const { number, country, recordKey, trace } = sent;
  const row = await fetchRow(country, recordKey).then(
    (row) => ({ row }),
    (rowError: unknown) => ({ rowError }),
  );
  // What was sent earlier may be answered later.
  if (session.aborted || number < (written.value?.number ?? 0)) return;
  written.value = { number, country, recordKey, trace, ...row };
}

/** Counts, finds and reads anew what may have changed with a record of this country. */
async function lookAgain(country: string): Promise<void> {
  await countRecords([country]);
  await Promise.all([searchAgain(), readAgain(country)]);
}
