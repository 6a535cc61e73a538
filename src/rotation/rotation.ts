import { StorageConfigError, StorageCryptoError } from "../errors.ts";
import type { StorageContext } from "../operations/context.ts";
import {
  errorOfRecord,
  fetchSortedPage,
  openPage,
  prepareSearch,
  type Search,
  type SortedPage,
  type UnreadableRecord,
} from "../operations/records/find.ts";
import { fieldsWith, limits, recordFields } from "../records/fields.ts";
import { matchesFilter } from "../records/filter/match.ts";
import { outdated } from "../records/filter/outdated.ts";
import type { FindError, FindFilter } from "../records/filter/types.ts";
import { resealRecord } from "../records/reseal.ts";
import type { ReceivedRecord } from "../records/wire.ts";
import type { RequestOptions } from "../request-options.ts";
import { ConditionalBatches, type Resealed } from "./conditional-batches.ts";

/** How often a record that others keep writing to is read again before it is left for later. */
const maxRounds = 4;

const { wire: recordKey } = recordFields.recordKey;
const sealed = fieldsWith({ protection: "sealed" }).map(({ wire }) => wire);
const { wire: version } = recordFields.version;

export interface RotationOptions {
  readonly operation: string;
  readonly country: string;
  readonly filter: FindFilter;
  readonly encryptReadable: boolean;
  readonly request: RequestOptions;
}

/** What became of the records of a page. */
export interface RotatedPage {
  /** Records that are now under the current secret, through this call. */
  readonly migrated: number;
  /** Records that are no longer to be rotated: those, and what others rotated, deleted or changed so that it does not match. */
  readonly settled: number;
  /** Records that could not be opened, or that the PoP did not take. */
  readonly errors: FindError[];
  /** Records that are not worth another try as they are: those, and what is about to expire. */
  readonly givenUp: readonly GivenUpRecord[];
  /** Of these, how many the PoP refused. */
  readonly refused: number;
}

function isResealed(result: Resealed | FindError): result is Resealed {
  return "wire" in result;
}

type GivenUpRecord = Pick<ReceivedRecord, "raw">;

function errorOf({ raw, error }: UnreadableRecord): FindError {
  return { rawData: raw, error };
}

/** What rotates the records of one country for the length of one call. */
export class Rotation {
  /** What is to be rotated; undefined where nothing can be: the caller's filter asks for the current version. */
  readonly search: Search | undefined;
  readonly #all: Search;
  readonly #version: number;
  readonly #encryptReadable: boolean;
  readonly #batches: ConditionalBatches;

  private constructor(all: Search, currentVersion: number, encryptReadable: boolean) {
    const filter = outdated(all.filter, currentVersion);
    this.search = filter === undefined ? undefined : { ...all, filter };
    this.#all = all;
    this.#version = currentVersion;
    this.#encryptReadable = encryptReadable;
    this.#batches = new ConditionalBatches(all);
  }

  /** @throws StorageConfigError where nothing is encrypted; what the fetching of the secrets throws. */
  static async prepare(context: StorageContext, options: RotationOptions): Promise<Rotation> {
    if (!context.configuration.cipher.encrypt) {
      throw new StorageConfigError(`${options.operation}() seals records anew, and this Storage has encrypt: false.`);
    }
    const search = await prepareSearch(context, options);
    return new Rotation(search, await search.opening.cipher.currentVersion(), options.encryptReadable);
  }

  /** Whether nothing was overwritten that had changed after it was read. */
  get conditional(): boolean {
    return this.#batches.conditional;
  }

  /** Rotates records that were read. What moves meanwhile is read and rotated again. */
  async rotate({ data, unreadable }: Pick<SortedPage, "data" | "unreadable">): Promise<RotatedPage> {
    const errors: FindError[] = unreadable.map(errorOf);
    const givenUp: GivenUpRecord[] = [...unreadable];
    let migrated = 0;
    let refusedCount = 0;
    // A PoP that did not look at the filter must not have current records rotated over and over.
    let left = data.filter(({ fields }) => fields[version] !== this.#version);
    for (let round = 0; left.length > 0 && round < maxRounds; round += 1) {
      const { resealed, failed } = await this.#reseal(left);
      const { kept, moved, expired, refused } = await this.#batches.send(resealed);
      const again = await this.#lookAgain(moved);
      migrated += kept.length + again.keptAfterAll;
      refusedCount += refused.length;
      errors.push(...failed, ...refused.map(({ answered: { raw }, error }) => ({ rawData: raw, error })));
      const failedOnes = new Set(failed.map(({ rawData }) => rawData));
      givenUp.push(...left.filter(({ raw }) => failedOnes.has(raw)));
      givenUp.push(...[...refused, ...expired].map(({ answered }) => answered));
      const gotNowhere = kept.length + again.keptAfterAll === 0 && left.length > 1;
      left = again.outdated;
      // Whatever others write, they do not write to all records of a page at once: the next walk tries again.
      if (gotNowhere) break;
    }
    const settled = data.length + unreadable.length - givenUp.length - left.length;
    return { migrated, settled, errors, givenUp, refused: refusedCount };
  }

  /** What `rotate` would come to, as far as it can be told without writing. */
  async rehearse({ data, unreadable }: Pick<SortedPage, "data" | "unreadable">): Promise<RotatedPage> {
    const left = data.filter(({ fields }) => fields[version] !== this.#version);
    const { resealed, failed } = await this.#reseal(left);
    const errors = [...unreadable.map(errorOf), ...failed];
    return { migrated: resealed.length, settled: data.length - failed.length, errors, givenUp: [], refused: 0 };
  }

  async #reseal(page: readonly ReceivedRecord[]): Promise<{ resealed: Resealed[]; failed: FindError[] }> {
    const { context, opening } = this.#all;
    const { records, errors } = await openPage(page, this.#all);
    const results = await Promise.all(
      records.map(async (opened): Promise<Resealed | FindError> => {
        const { answered, envelope, record } = opened;
        try {
          if (opened.isReadable && !this.#encryptReadable) throw readable();
          const wire = await resealRecord(answered, opened, opening, this.#encryptReadable);
          if (envelope !== undefined && opening.keys.hash(record.recordKey) !== answered.raw[recordKey])
            context.configuration.log.once("warn", otherKey);
          return { answered, wire };
        } catch (error) {
          // Also what a custom encryption fails at: it may be this one record.
          return { rawData: answered.raw, error: errorOfRecord(error) };
        }
      }),
    );
    const unsealed = results.flatMap((result) => (isResealed(result) ? [] : [result]));
    return { resealed: results.filter(isResealed), failed: [...errors, ...unsealed] };
  }

  /**
   * Reads records that moved. One that has the very bodies that were sent was written after all: by an attempt whose answer was
   * lost, so that the repetition found it changed.
   */
  async #lookAgain(moved: readonly Resealed[]): Promise<{ keptAfterAll: number; outdated: ReceivedRecord[] }> {
    if (moved.length === 0) return { keptAfterAll: 0, outdated: [] };
    const sent = new Map(moved.map(({ wire }) => [wire[recordKey], wire]));
    const { [version]: _version, ...matching } = this.#all.filter;
    const filter = { ...matching, [recordKey]: [...sent.keys()] };
    const { data } = await fetchSortedPage({ ...this.#all, filter }, { limit: limits.pageSize });
    const isKept = ({ fields }: ReceivedRecord): boolean => {
      const wire = sent.get(fields[recordKey]) ?? {};
      return (
        fields[version] === this.#version && sealed.every((field) => (fields[field] ?? null) === (wire[field] ?? null))
      );
    };
    return {
      keptAfterAll: data.filter(isKept).length,
      outdated: data.filter(
        ({ fields }) =>
          fields[version] !== this.#version && matchesFilter(fields, this.#all.filter) && sent.has(fields[recordKey]),
      ),
    };
  }
}

function readable(): StorageCryptoError {
  return new StorageCryptoError(
    "The record is readable: the PoP may have forged it. Pass encryptReadable: true if readable records are to be encrypted.",
  );
}

const otherKey =
  "Some recordKeys were hashed with another normalizeKeys, or in an environment id of other capitals. Their records were rotated where they are: read finds them only with the options of then. Write them anew to change that.";
