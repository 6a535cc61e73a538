import * as v from "valibot";
import { type Iteration, iterate } from "../../async/iterate.ts";
import { StorageServerError } from "../../errors.ts";
import { limits, recordFields } from "../../records/fields.ts";
import { integerBetween, pageSizeSchema } from "../../records/filter/schema.ts";
import type { FindFilter } from "../../records/filter/types.ts";
import { keptText, type ReceivedRecord } from "../../records/wire.ts";
import { PageProgress, walkPages } from "../../rotation/paginator.ts";
import { type RotatedPage, Rotation } from "../../rotation/rotation.ts";
import { exactObject, type SchemaOf } from "../../validation.ts";
import { checkInput, run, type StorageContext } from "../context.ts";
import { orEmpty } from "../input-schemas.ts";
import { fetchSortedPage, type Search, type SortedPage } from "../records/find.ts";
import { type MigrateResult, migrateResult } from "./migrate.ts";

export interface MigrateAllOptions {
  /** Records of a page: 1 to 100; 100. */
  pageSize?: number | undefined;
  /** Only records that match. */
  filter?: FindFilter | undefined;
  /** Pages on their way at a time: 1 to 32; 4. */
  concurrency?: number | undefined;
  /** Opens and seals everything and writes nothing: what is then reported is what would come of it; false. */
  dryRun?: boolean | undefined;
  /** @default false As in `MigrateOptions`. Files are rotated only if they are sealed, whatever it says. */
  encryptReadable?: boolean | undefined;
}

/** How far a rotation has come: what came of one more page, and the sums. */
export interface MigrateProgress extends MigrateResult {
  /** Records that this iteration has put under the current secret. */
  totalMigrated: number;
  /** Records that were to be rotated when the iteration began, and those that were found to be since. */
  total: number;
}

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

const maxConcurrency = 32;
const defaultConcurrency = 4;
/** A writer that goes on sealing with an older secret shall not keep a rotation going for ever. */
const maxWalks = 10;
/** Pages of which the PoP accepts no record. Each of them costs many requests, since it is found out which records it accepts. */
const mostBarrenPages = 10;

/**
 * `Storage.migrateAll`: rotates every record that matches and that another secret sealed. It walks over them until a walk
 * finds nothing but records that are not worth another try.
 */
export function migrateAll(
  context: StorageContext,
  input: { country: unknown; options: unknown; request: unknown },
): AsyncIterableIterator<MigrateProgress, void, undefined> {
  const { country: countrySchema, filter: filterSchema, request: requestSchema } = context.schemas;
  const entries = { country: countrySchema, options: migrateAllOptionsSchema(filterSchema), request: requestSchema };
  const check = () => checkInput("migrateAll", entries, input);
  return iterate(check, async function* ({ country, options }, iteration) {
    const { filter = {}, encryptReadable = false } = options;
    const prepare = { operation: "migrateAll", country, filter, encryptReadable, request: iteration.request };
    const rotation = await run(iteration.request, () => Rotation.prepare(context, prepare));
    yield* rotateAll(rotation, options, iteration);
  });
}

async function* rotateAll(
  rotation: Rotation,
  options: MigrateAllOptions,
  iteration: Iteration,
): AsyncGenerator<MigrateProgress, void, undefined> {
  const tally = new Tally(rotation);
  const { search } = rotation;
  if (search !== undefined) {
    const progress = new PageProgress(mostBarrenPages, (barren) => nothingSettled(search, barren));
    const walks = { rotation, search, tally, givenUp: new GivenUp(), progress, options, iteration };
    for (let walk = 1; (yield* walkOnce(walks)) && options.dryRun !== true && walk < maxWalks; walk += 1);
  }
  // Others write meanwhile, or there was nothing to do: the last word is what the last walk found.
  if (!tally.isUpToDate) yield tally.add({ migrated: 0, settled: 0, errors: [], givenUp: [], refused: 0 });
}

interface Walks {
  readonly rotation: Rotation;
  readonly search: Search;
  readonly tally: Tally;
  readonly givenUp: GivenUp;
  readonly progress: PageProgress;
  readonly options: MigrateAllOptions;
  readonly iteration: Iteration;
}

function recordsOf({ data, unreadable }: SortedPage): readonly RawRecord[] {
  return [...data, ...unreadable];
}

/** Whether the walk found records to try. */
async function* walkOnce(walks: Walks): AsyncGenerator<MigrateProgress, boolean, undefined> {
  const { rotation, search, tally, givenUp, progress, iteration } = walks;
  const { pageSize = limits.pageSize, concurrency = defaultConcurrency, dryRun = false } = walks.options;
  const walk = { ...iteration, search, fetchPage: fetchSortedPage, recordsOf, pageSize, concurrency };
  const { total, results } = await walkPages(walk, async ({ data, unreadable }) => {
    const page = { data: givenUp.without(data), unreadable: givenUp.without(unreadable) };
    if (page.data.length + page.unreadable.length === 0) return undefined;
    return dryRun ? rotation.rehearse(page) : rotation.rotate(page);
  });
  tally.begin(total);
  let found = false;
  for await (const rotated of results) {
    if (rotated === undefined) continue;
    found = true;
    givenUp.add(rotated.givenUp);
    // A rehearsal writes nothing that could be refused.
    if (!dryRun) progress.count(rotated.settled + rotated.givenUp.length - rotated.refused > 0);
    yield tally.add(rotated);
  }
  return found;
}

function nothingSettled({ operation, country }: Search, pages: number): StorageServerError {
  const message = `${operation}: no progress on ${pages} pages: the PoP for "${country}" accepted none of their records, or others keep changing them. Try again later, or ask its operator.`;
  return new StorageServerError(message, {});
}

/** The sums of one iteration. */
class Tally {
  readonly #rotation: Rotation;
  #migrated = 0;
  #left = 0;
  #total = 0;
  #lastTold: number | undefined;

  constructor(rotation: Rotation) {
    this.#rotation = rotation;
  }

  /** A walk begins, over so many records. */
  begin(left: number): void {
    this.#left = left;
    this.#total = Math.max(this.#total, this.#migrated + left);
  }

  add({ migrated, settled, errors }: RotatedPage): MigrateProgress {
    this.#migrated += migrated;
    this.#left = Math.max(0, this.#left - settled);
    this.#lastTold = this.#left;
    const result = migrateResult({ migrated, totalLeft: this.#left, errors }, this.#rotation);
    return { ...result, totalMigrated: this.#migrated, total: this.#total };
  }

  /** Whether what was told last is still so. */
  get isUpToDate(): boolean {
    return this.#lastTold === this.#left;
  }
}

type RawRecord = Pick<ReceivedRecord, "raw">;

/** Records that are not worth another try as long as nobody writes to them. */
class GivenUp {
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

const { wire: recordKey } = recordFields.recordKey;
const { wire: updatedAt } = recordFields.updatedAt;
