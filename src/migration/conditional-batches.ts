import { StorageCryptoError, type StorageServerError } from "../errors.ts";
import { isSuccess } from "../http/transport.ts";
import type { StorageContext } from "../operations/context.ts";
import { checkAcknowledged, postBatch } from "../operations/write.ts";
import { fieldEntries, recordFields } from "../records/fields.ts";
import type { AnsweredRecord } from "../records/wire-record.ts";
import type { RequestOptions } from "../request-options.ts";
import { condition, type PopFacts, popFactsOf } from "./pop-facts.ts";
import { type Refusal, refusalOf } from "./refusal.ts";

/** A record that was sealed anew, and the answer that it was read from. */
export interface Resealed {
  readonly answered: AnsweredRecord;
  readonly wire: Readonly<Record<string, unknown>>;
}

export interface Refused extends Resealed {
  readonly error: StorageCryptoError;
}

/** What became of the records of a batch. */
export interface SentBatch {
  /** The PoP keeps them as they were sent. */
  readonly kept: readonly Resealed[];
  /** They have changed since they were read, or are gone: the PoP kept what it had. */
  readonly moved: readonly Resealed[];
  /** They end before they could be written: the PoP deletes them. */
  readonly expired: readonly Resealed[];
  /** The PoP does not take them as they are, for this reason. */
  readonly refused: readonly Refused[];
}

interface Destination {
  readonly context: StorageContext;
  readonly operation: string;
  readonly country: string;
  readonly request: RequestOptions;
}

/** The `updated_at` of no record. */
const never = "1970-01-01T00:00:00.000Z";
const updatedAt = recordFields.updatedAt.wire;
const expiresAt = recordFields.expiresAt.wire;
const knownFields = new Set<string>(fieldEntries.map(({ wire }) => wire));

/**
 * Writes back records that were read, each on the condition that it has not changed since, to a PoP of which it is not known
 * beforehand what it understands.
 */
export class ConditionalBatches {
  readonly #destination: Destination;
  readonly #facts: PopFacts;
  #trial: Promise<Resealed | undefined> | undefined;

  constructor(destination: Destination) {
    this.#destination = destination;
    this.#facts = popFactsOf(destination.context, destination.country);
  }

  /** Whether nothing was overwritten that had changed after it was read. false: the PoP knows no conditional writes. */
  get conditional(): boolean {
    return this.#facts.heedsConditions !== false;
  }

  /** @throws StorageServerError, StorageNetworkError for what is not the fault of a record. */
  async send(records: readonly Resealed[]): Promise<SentBatch> {
    const [first] = records;
    if (first === undefined) return nothing;
    if (records.some(({ answered }) => typeof answered.raw[updatedAt] !== "string")) this.#giveUpConditions();
    const kept = await this.#keptInTrial(first);
    if (kept !== first) return this.#send(records);
    return merge({ ...nothing, kept: [first] }, await this.#send(records.slice(1)));
  }

  /** Batches that are sent side by side wait for one trial, and one of them sees its first record kept. */
  async #keptInTrial(record: Resealed): Promise<Resealed | undefined> {
    if (this.#facts.heedsConditions !== undefined) return undefined;
    const trial = (this.#trial ??= this.#try(record));
    try {
      return await trial;
    } finally {
      // Where it brought no answer, another record may.
      if (this.#trial === trial) this.#trial = undefined;
    }
  }

  /**
   * Sends one record on a condition that cannot hold. A PoP that keeps it nevertheless does not see conditions: that has to be
   * known, and said, for it overwrites what others write. Gives the record where it was kept.
   */
  async #try(record: Resealed): Promise<Resealed | undefined> {
    const result = await this.#post([{ ...this.#wireOf(record), [condition]: never }]);
    const { status } = result.answer;
    if (status === 412) this.#facts.heedsConditions = true;
    else if (isSuccess(status)) {
      this.#giveUpConditions();
      return record;
    } else if (isRefusal(status) && refusalOf(result).mentions(condition)) this.#giveUpConditions();
    return undefined;
  }

  async #send(records: readonly Resealed[]): Promise<SentBatch> {
    if (records.length === 0) return nothing;
    const known = this.#leftOut;
    const result = await this.#post(records.map((record) => this.#wireOf(record)));
    const { status } = result.answer;
    if (isSuccess(status)) {
      checkAcknowledged(result, records.length);
      return { ...nothing, kept: records };
    }
    const refusal = refusalOf(result);
    if (status === 412) return this.#sendUnmoved(records, refusal);
    if (!isRefusal(status)) throw refusal.error;
    this.#learnFrom(refusal, records);
    // Another batch may have learned the same while this one was on its way.
    if (this.#leftOut > known) return this.#send(records);
    return this.#sendAccepted(records, refusal);
  }

  /** 412: nothing was kept. Sends again what did not move. */
  async #sendUnmoved(records: readonly Resealed[], { named }: Refusal): Promise<SentBatch> {
    const places = new Set(named.map(({ index }) => index));
    const moved = records.filter((_, index) => places.has(index));
    if (moved.length === 0) return { ...nothing, moved: records };
    return merge({ ...nothing, moved }, await this.#send(records.filter((_, index) => !places.has(index))));
  }

  /** Nothing was kept. Sends again what the PoP has no objection to; where it names none, halves tell which it is. */
  async #sendAccepted(records: readonly Resealed[], { named, error }: Refusal): Promise<SentBatch> {
    const fields = new Map(named.map(({ index, field }) => [index, field]));
    if (records.length === 1) return refusedOnes(records, new Map([[0, fields.get(0)]]), error);
    const refused = refusedOnes(records, fields, error);
    const accepted = records.filter((_, index) => !fields.has(index));
    if (accepted.length < records.length) return merge(refused, await this.#send(accepted));
    const middle = Math.ceil(records.length / 2);
    return merge(await this.#send(records.slice(0, middle)), await this.#send(records.slice(middle)));
  }

  /** How much is known to be left out. */
  get #leftOut(): number {
    return this.#facts.refusedFields.size + (this.conditional ? 0 : 1);
  }

  /** Learns what to leave out: conditions, or a field that the PoP refuses in each record that has it. */
  #learnFrom(refusal: Refusal, records: readonly Resealed[]): void {
    if (refusal.mentions(condition)) this.#giveUpConditions();
    const fields = refusal.named.flatMap(({ field }) => field ?? []);
    for (const field of new Set(fields)) {
      const having = records.filter(({ wire }) => field in wire).length;
      const isRefused = fields.filter((name) => name === field).length >= having;
      if (isRefused && !knownFields.has(field) && field !== condition) this.#facts.refusedFields.add(field);
    }
  }

  #giveUpConditions(): void {
    this.#facts.heedsConditions = false;
    this.#destination.context.configuration.log.once("warn", unconditional);
  }

  #wireOf({ wire, answered }: Resealed): Record<string, unknown> {
    const sent: Record<string, unknown> = { ...wire };
    for (const field of this.#facts.refusedFields) delete sent[field];
    if (this.conditional) sent[condition] = answered.raw[updatedAt];
    return sent;
  }

  #post(records: readonly Readonly<Record<string, unknown>>[]): ReturnType<typeof postBatch> {
    const { context, ...batch } = this.#destination;
    return postBatch(context, { ...batch, records });
  }
}

const unconditional =
  "The PoP knows no conditional writes: what others write to a record while it is rotated may be overwritten. Let nobody write meanwhile.";

const nothing: SentBatch = { kept: [], moved: [], expired: [], refused: [] };

function merge(one: SentBatch, other: SentBatch): SentBatch {
  return {
    kept: [...one.kept, ...other.kept],
    moved: [...one.moved, ...other.moved],
    expired: [...one.expired, ...other.expired],
    refused: [...one.refused, ...other.refused],
  };
}

/** Statuses that say that something is wrong with what was sent, its size included. */
function isRefusal(status: number): boolean {
  return status === 400 || status === 413 || status === 422;
}

/** Records that the PoP refused, by their place in the batch, and the field that it named. */
function refusedOnes(
  records: readonly Resealed[],
  fields: ReadonlyMap<number, string | undefined>,
  cause: StorageServerError,
): SentBatch {
  const named = records.filter((_, index) => fields.has(index));
  // A PoP refuses a date that is not in the future, and deletes the record when it comes.
  const expired = records.filter((_, index) => fields.get(index) === expiresAt);
  const refused = named
    .filter((record) => !expired.includes(record))
    .map((record) => ({ ...record, error: notTaken(cause) }));
  return { ...nothing, expired, refused };
}

function notTaken(cause: StorageServerError): StorageCryptoError {
  return new StorageCryptoError("The record was opened, but the PoP does not take it sealed anew: see the cause.", {
    cause,
  });
}
