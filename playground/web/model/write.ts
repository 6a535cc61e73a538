import { effect, signal } from "@preact/signals";
import type { RecordInput, Storage } from "incountry-storage";
import { parseJson, recordFields } from "incountry-storage/protocol";
import * as v from "valibot";
import { codeOf } from "./code.ts";
import { countRecords } from "./countries.ts";
import { draft, draftCountry, problemsOf } from "./draft.ts";
import { rereadRecord } from "./opened.ts";
import { fetchRow, type Row, rowSchema } from "./pop.ts";
import type { Exchange } from "./recorder.ts";
import { repeatSearch } from "./search.ts";
import { latestOnly, lockSignal } from "./session.ts";
import { previewRequest, storages, type Trace, tracedChange } from "./storages.ts";
import { typescriptOf } from "./typescript.ts";

/**
 * The request that would be sent now, with its record. If the SDK rejects the record, or the form has a problem, the
 * record without the fields at fault.
 */
export type Preview =
  | { readonly exchange: Exchange; readonly wire: Row }
  | { readonly error: unknown; readonly wire?: Row }
  | { readonly incomplete: true; readonly wire?: Row };

export const preview = signal<Preview>({ incomplete: true });

/** The result of sending a record. */
export interface Written {
  /** Counts the records that were sent. */
  readonly number: number;
  readonly country: string;
  readonly recordKey: string;
  readonly trace: Trace;
  /** The row in the PoP's database; absent if writing or fetching it failed. */
  readonly row?: Row;
  /** Set if the row could not be fetched. */
  readonly rowError?: unknown;
}

export const written = signal<Written | undefined>(undefined);
export const writing = signal(false);

/** Milliseconds without a change before the preview is updated. */
const pause = 60;

/** Updates the preview when the form, the secrets or the settings change. Returns a function that stops this. */
export function startPreview(): () => void {
  const begin = latestOnly();
  return effect(() => {
    const { record, problems } = draft.value;
    const country = draftCountry.value;
    const dry = storages.value.writable?.dry;
    const isCurrent = begin();
    const show = (next: Preview): void => {
      if (isCurrent()) preview.value = next;
    };
    const update = async (dry: Storage): Promise<void> => {
      try {
        const next = await previewOf(dry, country, record);
        show(problems.size > 0 ? { incomplete: true, wire: next.wire } : next);
      } catch (error) {
        show({ error, ...(await previewWithout(error, dry, country, record)) });
      }
    };
    const timer = setTimeout(() => {
      if (dry === undefined) show({ incomplete: true });
      else void update(dry);
    }, pause);
    return () => clearTimeout(timer);
  });
}

async function previewOf(
  dry: Storage,
  country: string,
  record: RecordInput,
): Promise<{ readonly exchange: Exchange; readonly wire: Row }> {
  const exchange = await previewRequest(dry, (storage) => storage.write(country, record));
  return { exchange, wire: v.parse(rowSchema, parseJson(exchange.body ?? "")) };
}

/** Replaces a rejected record key, so that the other fields can be previewed. */
const placeholder = "record";

/** Previews a record without the fields that the SDK rejected. */
async function previewWithout(
  error: unknown,
  dry: Storage,
  country: string,
  record: RecordInput,
): Promise<{ readonly wire?: Row }> {
  const rejected = problemsOf(error);
  const accepted = Object.fromEntries(Object.entries(record).filter(([name]) => !rejected.has(name)));
  try {
    const { wire } = await previewOf(dry, country, { recordKey: placeholder, ...accepted });
    if (!rejected.has("recordKey")) return { wire };
    return { wire: { ...wire, [recordFields.recordKey.wire]: null } };
  } catch {
    return {};
  }
}

let lastNumber = 0;

/** Sends the record of the form and fetches its row. */
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
    // Not awaited, so that the next record can be sent.
    void refresh(country);
    await showRow(sent);
  } finally {
    writing.value = false;
  }
}

/** Fetches and shows the row of a record. */
export async function showRow(sent: Written): Promise<void> {
  const session = lockSignal();
  const { number, country, recordKey, trace } = sent;
  const row = await fetchRow(country, recordKey).then(
    (row) => ({ row }),
    (rowError: unknown) => ({ rowError }),
  );
  // Responses may arrive out of order.
  if (session.aborted || number < (written.value?.number ?? 0)) return;
  written.value = { number, country, recordKey, trace, ...row };
}

/** Updates the counts, results and opened record of a country. */
async function refresh(country: string): Promise<void> {
  await countRecords([country]);
  await Promise.all([repeatSearch(), rereadRecord(country)]);
}
