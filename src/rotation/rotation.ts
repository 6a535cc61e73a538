import { fetchLenientPage, type LenientPage, type MalformedRecord } from "../api/records.ts";
import type { Call } from "../calls/call.ts";
import { pageQuery, prepareSearch, type Search } from "../calls/search.ts";
import { StorageConfigError, StorageCryptoError } from "../errors.ts";
import { fieldsWith, recordFields } from "../records/fields.ts";
import { matchesFilter } from "../records/filter/match.ts";
import { outdated } from "../records/filter/outdated.ts";
import type { FindError, FindFilter } from "../records/filter/types.ts";
import { errorOfRecord, type OpenedFromPage, openPage } from "../records/open-page.ts";
import { resealRecord } from "../records/reseal.ts";
import type { ReceivedRecord } from "../records/wire.ts";
import { ConditionalBatches, type Resealed } from "./conditional-batches.ts";

/** Attempts at a record that other clients keep writing to, before it is left for another page. */
const maxAttempts = 4;

const { wire: recordKey } = recordFields.recordKey;
const { wire: version } = recordFields.version;
const sealedFields = fieldsWith({ protection: "sealed" }).map(({ wire }) => wire);

/** The outcome for the records of a page. */
export interface RotatedPage {
  /** Records of this page that were put under the current secret. */
  readonly migrated: number;
  /** Records that need no further rotation: these, and those that other clients rotated, deleted or changed. */
  readonly settled: number;
  readonly errors: FindError[];
  /** Records whose rotation fails again until someone writes to them, and records that are about to expire. */
  readonly permanentFailures: readonly RawRecord[];
  /** The number of permanent failures that the PoP refused. */
  readonly refused: number;
}

export type RawRecord = Pick<ReceivedRecord, "raw">;

type RotationPage = Pick<LenientPage, "data" | "malformed" | "supportsIfMatch">;

/** The rotation of the records of one country, for the length of one call. */
export class Rotation {
  /** Finds the records to rotate; undefined if the caller's filter asks for the current version. */
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
    this.#batches = new ConditionalBatches(all.call.storage.configuration.log);
  }

  /** @throws StorageConfigError if `encrypt` is false; SecretsProviderError, SecretsValidationError */
  static async prepare(
    call: Call,
    {
      filter = {},
      encryptReadable = false,
    }: { filter?: FindFilter | undefined; encryptReadable?: boolean | undefined },
  ): Promise<Rotation> {
    if (!call.cipher.encrypts) {
      throw new StorageConfigError(`${call.operation}() requires a Storage with \`encrypt: true\`.`);
    }
    return new Rotation(prepareSearch(call, filter), await call.cipher.currentVersion(), encryptReadable);
  }

  /** False once a record was written that other clients may have changed meanwhile. */
  get conditional(): boolean {
    return this.#batches.conditional;
  }

  /** Rotates the records of a page. Those that change meanwhile are read and rotated again. */
  async rotate(call: Call, { data, malformed, supportsIfMatch }: RotationPage): Promise<RotatedPage> {
    const errors: FindError[] = malformed.map(errorOf);
    const permanentFailures: RawRecord[] = [...malformed];
    let migrated = 0;
    let refusedCount = 0;
    let left = this.#outdatedOf(data);
    for (let attempt = 1; left.length > 0 && attempt <= maxAttempts; attempt += 1) {
      const { resealed, failed } = await this.#reseal(left);
      const { written, conflicts, expired, refused } = await this.#batches.send(resealed, { call, supportsIfMatch });
      const again = await this.#readAgain(call, conflicts);
      const writtenNow = written.length + again.written;
      migrated += writtenNow;
      refusedCount += refused.length;
      errors.push(...failed, ...refused.map(({ received: { raw }, error }) => ({ rawData: raw, error })));
      const failedOnes = new Set(failed.map(({ rawData }) => rawData));
      permanentFailures.push(...left.filter(({ raw }) => failedOnes.has(raw)));
      permanentFailures.push(...[...refused, ...expired].map(({ received }) => received));
      const hasProgress = writtenNow > 0 || left.length === 1;
      left = again.outdated;
      // Another pass over all pages tries the others again.
      if (!hasProgress) break;
    }
    const settled = data.length + malformed.length - permanentFailures.length - left.length;
    return { migrated, settled, errors, permanentFailures, refused: refusedCount };
  }

  /** Does what `rotate` does, without writing. */
  async rehearse({ data, malformed }: RotationPage): Promise<RotatedPage> {
    const { resealed, failed } = await this.#reseal(this.#outdatedOf(data));
    const errors = [...malformed.map(errorOf), ...failed];
    const settled = data.length - failed.length;
    return { migrated: resealed.length, settled, errors, permanentFailures: [], refused: 0 };
  }

  /** Leaves out current records, which a PoP that ignores the filter would have rotated over and over. */
  #outdatedOf(records: readonly ReceivedRecord[]): readonly ReceivedRecord[] {
    return records.filter(({ fields }) => fields[version] !== this.#version);
  }

  async #reseal(page: readonly ReceivedRecord[]): Promise<{ resealed: Resealed[]; failed: FindError[] }> {
    const { call, filter } = this.#all;
    const { records, errors } = await openPage(page, filter, call);
    const results = await Promise.all(records.map((opened) => this.#resealOne(opened)));
    const resealed = results.filter((result) => "wire" in result);
    return { resealed, failed: [...errors, ...results.filter((result) => "error" in result)] };
  }

  async #resealOne(opened: OpenedFromPage): Promise<Resealed | FindError> {
    const { call } = this.#all;
    const { received, envelope, record } = opened;
    try {
      if (opened.isReadable && !this.#encryptReadable) throw readable();
      const wire = await resealRecord(received, opened, call, this.#encryptReadable);
      if (envelope !== undefined && call.keys.hash(record.recordKey) !== received.raw[recordKey])
        call.storage.configuration.log.once("warn", otherKeyWarning);
      return { received, wire };
    } catch (error) {
      // A custom encryption may fail at a single record.
      return { rawData: received.raw, error: errorOfRecord(error) };
    }
  }

  /**
   * Reads records that have changed again. If a record has exactly the bodies that were sent, an attempt wrote it whose response
   * was lost, and the retry found it changed.
   */
  async #readAgain(
    call: Call,
    conflicts: readonly Resealed[],
  ): Promise<{ written: number; outdated: ReceivedRecord[] }> {
    if (conflicts.length === 0) return { written: 0, outdated: [] };
    const { filter: all } = this.#all;
    const sent = new Map(conflicts.map(({ wire }) => [wire[recordKey], wire]));
    const { [version]: _version, ...matching } = all;
    const filter = { ...matching, [recordKey]: [...sent.keys()] };
    const { data } = await fetchLenientPage(call, pageQuery({ filter }, {}));
    const isWritten = ({ fields }: ReceivedRecord): boolean => {
      const wire = sent.get(fields[recordKey]) ?? {};
      return (
        fields[version] === this.#version &&
        sealedFields.every((field) => (fields[field] ?? null) === (wire[field] ?? null))
      );
    };
    return {
      written: data.filter(isWritten).length,
      outdated: this.#outdatedOf(data).filter(
        ({ fields }) => matchesFilter(fields, all) && sent.has(fields[recordKey]),
      ),
    };
  }
}

function errorOf({ raw, error }: MalformedRecord): FindError {
  return { rawData: raw, error };
}

function readable(): StorageCryptoError {
  return new StorageCryptoError(
    "The record is not encrypted: the PoP may have forged it. Pass `encryptReadable: true` to encrypt such records.",
  );
}

const otherKeyWarning =
  "Some record keys were hashed with another value of `normalizeKeys`, or under an environment id in another case. Their records were rotated, but only a Storage with the former options finds them. To change that, write them again.";
