import { StorageConfigError } from "../errors.ts";
import type { StorageContext } from "../operations/context.ts";
import { fetchPage, openPage, prepareSearch, type Search } from "../operations/find.ts";
import { limits, recordFields } from "../records/fields.ts";
import type { FindError, FindFilter } from "../records/find-filter.ts";
import type { AnsweredRecord } from "../records/wire-record.ts";
import type { RequestOptions } from "../request-options.ts";
import { ConditionalBatches, type Resealed } from "./conditional-batches.ts";
import { outdated } from "./outdated.ts";
import { resealRecord } from "./reseal-record.ts";

/** How often a record that others keep writing to is read again before it is left for later. */
const maxRounds = 4;

const { wire: recordKey } = recordFields.recordKey;
const { wire: bodyWire } = recordFields.body;
const { wire: version } = recordFields.version;

export interface RotationOptions {
  readonly operation: string;
  readonly country: string;
  readonly filter: FindFilter;
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
  readonly givenUp: readonly AnsweredRecord[];
}

/** What rotates the records of one country for the length of one call. */
export class Rotation {
  /** What is to be rotated; undefined where nothing can be: the caller's filter asks for the current version. */
  readonly search: Search | undefined;
  readonly #all: Search;
  readonly #version: number;
  readonly #batches: ConditionalBatches;

  private constructor(all: Search, currentVersion: number) {
    const filter = outdated(all.filter, currentVersion);
    this.search = filter === undefined ? undefined : { ...all, filter };
    this.#all = all;
    this.#version = currentVersion;
    this.#batches = new ConditionalBatches(all);
  }

  /** @throws StorageConfigError where nothing is encrypted; what the fetching of the secrets throws. */
  static async prepare(context: StorageContext, options: RotationOptions): Promise<Rotation> {
    if (!context.configuration.cipher.encrypt) {
      throw new StorageConfigError(`${options.operation}() seals records anew, and this Storage has encrypt: false.`);
    }
    const search = await prepareSearch(context, options);
    return new Rotation(search, await search.opening.cipher.currentVersion());
  }

  /** Whether nothing was overwritten that had changed after it was read. */
  get conditional(): boolean {
    return this.#batches.conditional;
  }

  /** Rotates records that were read. What moves meanwhile is read and rotated again. */
  async rotate(page: readonly AnsweredRecord[]): Promise<RotatedPage> {
    const errors: FindError[] = [];
    const givenUp: AnsweredRecord[] = [];
    let migrated = 0;
    // A PoP that did not look at the filter must not have current records rotated over and over.
    let left = page.filter(({ fields }) => fields[version] !== this.#version);
    for (let round = 0; left.length > 0 && round < maxRounds; round += 1) {
      const { resealed, unopened } = await this.#reseal(left);
      const { kept, moved, expired, refused } = await this.#batches.send(resealed);
      const again = await this.#lookAgain(moved);
      migrated += kept.length + again.keptAfterAll;
      errors.push(...unopened, ...refused.map(({ answered: { raw }, error }) => ({ rawData: raw, error })));
      const failed = new Set(unopened.map(({ rawData }) => rawData));
      givenUp.push(...left.filter(({ raw }) => failed.has(raw)));
      givenUp.push(...[...refused, ...expired].map(({ answered }) => answered));
      left = again.outdated;
    }
    return { migrated, settled: page.length - givenUp.length - left.length, errors, givenUp };
  }

  /** What `rotate` would come to, as far as it can be told without writing. */
  async tryToOpen(page: readonly AnsweredRecord[]): Promise<RotatedPage> {
    const left = page.filter(({ fields }) => fields[version] !== this.#version);
    const { records, errors } = await openPage(left, this.#all);
    return { migrated: records.length, settled: page.length - errors.length, errors, givenUp: [] };
  }

  async #reseal(page: readonly AnsweredRecord[]): Promise<{ resealed: Resealed[]; unopened: FindError[] }> {
    const { context, opening, hash } = this.#all;
    const { records, errors } = await openPage(page, this.#all);
    const sealing = { mode: context.configuration.keys, hash, cipher: opening.cipher };
    const resealed = records.map(async (opened) => {
      const { answered, envelope, record } = opened;
      const [wire, hashedKey] = await Promise.all([resealRecord(answered, opened, sealing), hash(record.recordKey)]);
      if (envelope !== undefined && hashedKey !== answered.raw[recordKey])
        context.configuration.log.once("warn", otherKey);
      return { answered, wire };
    });
    return { resealed: await Promise.all(resealed), unopened: errors };
  }

  /**
   * Reads records that moved. One that has the very body that was sent was written after all: by an attempt whose answer was
   * lost, so that the repetition found it changed.
   */
  async #lookAgain(moved: readonly Resealed[]): Promise<{ keptAfterAll: number; outdated: AnsweredRecord[] }> {
    if (moved.length === 0) return { keptAfterAll: 0, outdated: [] };
    const sent = new Map(moved.map(({ wire }) => [wire[recordKey], wire[bodyWire]]));
    const { [version]: _version, ...matching } = this.#all.filter;
    const filter = { ...matching, [recordKey]: [...sent.keys()] };
    const { data } = await fetchPage({ ...this.#all, filter }, { limit: limits.pageSize });
    const isKept = ({ fields }: AnsweredRecord): boolean =>
      typeof fields[bodyWire] === "string" && fields[bodyWire] === sent.get(fields[recordKey]);
    return {
      keptAfterAll: data.filter(isKept).length,
      outdated: data.filter((record) => !isKept(record) && record.fields[version] !== this.#version),
    };
  }
}

const otherKey =
  "Some recordKeys were hashed with another normalizeKeys, or in an environment id of other capitals. Their records were rotated where they are: read finds them only with the options of then. Write them anew to change that.";
