import * as v from "valibot";
import { fetchLenientPage, type LenientPage } from "../../api/records.ts";
import type { Arguments } from "../../calls/arguments.ts";
import { type Call, performIteration, runPart } from "../../calls/call.ts";
import type { StorageContext } from "../../calls/context.ts";
import { orEmpty } from "../../calls/input-schemas.ts";
import type { Search } from "../../calls/search.ts";
import { StorageServerError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { recordFields } from "../../records/fields.ts";
import { integerBetween, pageSizeSchema } from "../../records/filter/schema.ts";
import type { FindFilter } from "../../records/filter/types.ts";
import { keptText } from "../../records/wire.ts";
import { visitPages } from "../../rotation/paginator.ts";
import { type MigrateProgress, Tally } from "../../rotation/progress.ts";
import { type RawRecord, Rotation } from "../../rotation/rotation.ts";
import { StallGuard } from "../../rotation/stall-guard.ts";
import { exactObject, type SchemaOf } from "../../validation.ts";

export interface MigrateAllOptions {
  /** @default 100 Records per page, 1 to 100. */
  pageSize?: number | undefined;
  /** @default {} Rotate only records that match. */
  filter?: FindFilter | undefined;
  /** @default 4 Pages in flight at a time, 1 to 32. */
  concurrency?: number | undefined;
  /** @default false Decrypt and encrypt everything, write nothing, and report what a rotation would do. */
  dryRun?: boolean | undefined;
  /** @default false As in `MigrateOptions`. Does not apply to files: only sealed ones are rotated. */
  encryptReadable?: boolean | undefined;
}

export const defaultConcurrency = 4;
const maxConcurrency = 32;
/** Ends a rotation while another client keeps writing with an older secret. */
const maxPasses = 10;
/** Pages of which the PoP accepts no record. Each costs many requests, to find out which of its records it accepts. */
const maxPagesWithoutProgress = 10;

export function migrateAllOptionsSchema(filter: SchemaOf<FindFilter>): SchemaOf<MigrateAllOptions> {
  return orEmpty(
    exactObject({
      pageSize: v.optional(pageSizeSchema),
      filter: v.optional(filter),
      concurrency: v.optional(integerBetween(1, maxConcurrency)),
      dryRun: v.optional(v.boolean()),
      encryptReadable: v.optional(v.boolean()),
    }),
  );
}

/** `Storage.migrateAll`: rotates all outdated records. It passes over all pages until a pass finds only permanent failures. */
export function migrateAll(
  storage: StorageContext,
  given: Arguments<"options">,
): AsyncIterableIterator<MigrateProgress, void, undefined> {
  const own = { options: migrateAllOptionsSchema(storage.schemas.filter) };
  return performIteration(storage, "migrateAll", own, given, async function* (call, { options }, stop) {
    yield* rotateAll(await runPart(call, () => Rotation.prepare(call, options)), options, stop);
  });
}

async function* rotateAll(
  rotation: Rotation,
  options: MigrateAllOptions,
  stop: () => void,
): AsyncGenerator<MigrateProgress, void, undefined> {
  const tally = new Tally(rotation);
  const { search } = rotation;
  if (search !== undefined) {
    const guard = new StallGuard(maxPagesWithoutProgress, (pages) => noProgress(search.call, pages));
    const passes = { rotation, search, tally, failures: new PermanentFailures(), guard, options, stop };
    for (let pass = 1; (yield* rotatePages(passes)) && options.dryRun !== true && pass < maxPasses; pass += 1);
  }
  // There was nothing to do, or other clients changed the sums.
  if (!tally.isReported) yield tally.add({ migrated: 0, settled: 0, errors: [], permanentFailures: [], refused: 0 });
}

interface Passes {
  readonly rotation: Rotation;
  readonly search: Search;
  readonly tally: Tally;
  readonly failures: PermanentFailures;
  readonly guard: StallGuard;
  readonly options: MigrateAllOptions;
  readonly stop: () => void;
}

function recordsOf({ data, malformed }: LenientPage): readonly RawRecord[] {
  return [...data, ...malformed];
}

/** Passes over all pages. Returns true if there were records to rotate. */
async function* rotatePages(passes: Passes): AsyncGenerator<MigrateProgress, boolean, undefined> {
  const { rotation, search, tally, failures, guard, stop } = passes;
  const { pageSize = limits.pageSize, concurrency = defaultConcurrency, dryRun = false } = passes.options;
  const paginator = { search, fetchPage: fetchLenientPage, recordsOf, pageSize, concurrency, stop };
  const { total, results } = await visitPages(paginator, async (part, { data, malformed, supportsIfMatch }) => {
    const page = { data: failures.without(data), malformed: failures.without(malformed), supportsIfMatch };
    if (page.data.length + page.malformed.length === 0) return undefined;
    return dryRun ? rotation.rehearse(page) : rotation.rotate(part, page);
  });
  tally.begin(total);
  let found = false;
  for await (const rotated of results) {
    if (rotated === undefined) continue;
    found = true;
    failures.add(rotated.permanentFailures);
    if (!dryRun) guard.count(rotated.settled + rotated.permanentFailures.length - rotated.refused > 0);
    yield tally.add(rotated);
  }
  return found;
}

function noProgress({ operation, country }: Call, pages: number): StorageServerError {
  const message = `${operation}: no progress on ${pages} pages: the PoP for "${country}" accepted none of their records, or other clients keep changing them. Try again later, or ask its operator.`;
  return new StorageServerError(message, {});
}

const { wire: recordKey } = recordFields.recordKey;
const { wire: updatedAt } = recordFields.updatedAt;

/** Records whose rotation fails again unless someone writes to them. */
class PermanentFailures {
  readonly #updatedAt = new Map<string | undefined, string | undefined>();

  add(records: readonly RawRecord[]): void {
    for (const { raw } of records) this.#updatedAt.set(keptText(raw[recordKey]), keptText(raw[updatedAt]));
  }

  without<Kind extends RawRecord>(records: readonly Kind[]): Kind[] {
    return records.filter(({ raw }) => {
      const key = keptText(raw[recordKey]);
      return !this.#updatedAt.has(key) || this.#updatedAt.get(key) !== keptText(raw[updatedAt]);
    });
  }
}
