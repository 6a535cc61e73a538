import { StorageCryptoError, type StorageServerError } from "../errors.ts";
import { isSuccess } from "../http/transport.ts";
import type { StorageContext } from "../operations/context.ts";
import { checkAcknowledged, postBatch } from "../operations/records/write.ts";
import { fieldEntries, recordFields } from "../records/fields.ts";
import type { ReceivedRecord } from "../records/wire.ts";
import type { RequestOptions } from "../request-options.ts";
import { condition, type PopFacts, popFactsOf } from "./pop-facts.ts";
import { type Refusal, refusalOf } from "./refusal.ts";

/** A record that was sealed anew, and the answer that it was read from. */
export interface Resealed {
  readonly answered: ReceivedRecord;
  readonly wire: Readonly<Record<string, unknown>>;
}

export interface Refused extends Resealed {
  readonly error: StorageCryptoError;
  /** What the PoP named of it. */
  readonly field?: string | undefined;
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

/** Records of a batch that are tried one after the other. A PoP that refuses all of them refuses the others too. */
const mostTrials = 5;
/** Fields of a PoP's own that are left out: one that refuses more of them refuses records. */
const mostRefusedFields = 20;
/** The `updated_at` of no record. */
const never = "1970-01-01T00:00:00.000Z";
const recordKey = recordFields.recordKey.wire;
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
  #conditional = true;

  constructor(destination: Destination) {
    this.#destination = destination;
    this.#facts = popFactsOf(destination.context, destination.country);
  }

  /** Whether nothing was overwritten that had changed after it was read. false: something was written on no condition. */
  get conditional(): boolean {
    return this.#conditional;
  }

  /** @throws StorageServerError, StorageNetworkError for what is not the fault of a record. */
  async send(records: readonly Resealed[]): Promise<SentBatch> {
    const kept = await this.#keptInTrials(records.filter(isDated));
    const left = records.filter((record) => record !== kept);
    const sent = await this.#send(left);
    // What was refused before the PoP's ways were known may be taken now.
    const doubtful = sent.refused.filter(({ field }) => field !== undefined && this.#facts.refusedFields.has(field));
    const taken = doubtful.length === 0 ? sent : merge(without(sent, doubtful), await this.#send(doubtful));
    return kept === undefined ? taken : merge({ ...nothing, kept: [kept] }, taken);
  }

  /**
   * Finds out whether the PoP heeds conditions, unless that is known: with one record after the other, since one that is refused
   * for another reason tells nothing. Gives the record that was kept meanwhile, if there is one.
   */
  async #keptInTrials(records: readonly Resealed[]): Promise<Resealed | undefined> {
    for (let known = -1; known < this.#leftOut; ) {
      known = this.#leftOut;
      for (const record of records.slice(0, mostTrials)) {
        if (this.#facts.heedsConditions !== undefined) return undefined;
        if ((await this.#keptInTrial(record)) === record) return record;
        // What was learned meanwhile may let the first ones through.
        if (this.#leftOut > known) break;
      }
    }
    return undefined;
  }

  /** Batches that are sent side by side wait for one trial, and one of them sees its record kept. */
  async #keptInTrial(record: Resealed): Promise<Resealed | undefined> {
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
      checkAcknowledged(result, 1);
      this.#facts.heedsConditions = false;
      this.#keptUnconditionally();
      return record;
    } else if (isRefusal(status)) this.#learnFrom(refusalOf(result), [record]);
    return undefined;
  }

  async #send(records: readonly Resealed[]): Promise<SentBatch> {
    if (records.length === 0) return nothing;
    const known = this.#leftOut;
    const result = await this.#post(records.map((record) => this.#wireOf(record)));
    const { status } = result.answer;
    if (isSuccess(status)) {
      checkAcknowledged(result, records.length);
      for (const field of ownFields(records)) this.#facts.acceptedFields.add(field);
      if (!records.every((record) => this.#isConditional(record))) this.#keptUnconditionally();
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

  /** 412: nothing was kept. Sends again what did not move; where the PoP names none, halves tell which it is. */
  async #sendUnmoved(records: readonly Resealed[], refusal: Refusal): Promise<SentBatch> {
    const places = new Set(refusal.named.map(({ index }) => index));
    const moved = records.filter(({ wire }, index) => places.has(index) || refusal.namesHash(wire[recordKey]));
    if (moved.length === 0) return records.length === 1 ? { ...nothing, moved: records } : this.#sendHalves(records);
    return merge({ ...nothing, moved }, await this.#send(records.filter((record) => !moved.includes(record))));
  }

  /** Nothing was kept. Sends again what the PoP has no objection to; where it names none, halves tell which it is. */
  async #sendAccepted(records: readonly Resealed[], { named, error }: Refusal): Promise<SentBatch> {
    const fields = new Map(named.map(({ index, field }) => [index, field]));
    if (records.length === 1) return refusedOnes(records, new Map([[0, fields.get(0)]]), error);
    const refused = refusedOnes(records, fields, error);
    const accepted = records.filter((_, index) => !fields.has(index));
    if (accepted.length < records.length) return merge(refused, await this.#send(accepted));
    return this.#sendHalves(records);
  }

  async #sendHalves(records: readonly Resealed[]): Promise<SentBatch> {
    const middle = Math.ceil(records.length / 2);
    return merge(await this.#send(records.slice(0, middle)), await this.#send(records.slice(middle)));
  }

  /** How much is known to be left out. */
  get #leftOut(): number {
    return this.#facts.refusedFields.size + (this.#facts.heedsConditions === false ? 1 : 0);
  }

  /**
   * Learns what to leave out: conditions, or a field of the PoP's own that it refuses in each record that has it. One record
   * is not enough to tell that from a value that it does not like: to leave that out would lose it.
   */
  #learnFrom(refusal: Refusal, records: readonly Resealed[]): void {
    if (refusal.mentionsCondition) this.#facts.heedsConditions = false;
    for (const { field, index } of refusal.named) {
      const record = records[index];
      if (field === undefined || record === undefined || knownFields.has(field)) continue;
      // What was not sent cannot be left out: a PoP may name anything.
      if (!Object.hasOwn(record.wire, field) || this.#facts.refusedFields.size >= mostRefusedFields) continue;
      const refusedIn = this.#facts.refusedIn.get(field) ?? new Set();
      this.#facts.refusedIn.set(field, refusedIn.add(record.wire[recordKey]));
    }
    const named = (field: string): number => refusal.named.filter((one) => one.field === field).length;
    for (const [field, refusedIn] of this.#facts.refusedIn) {
      const isAccepted =
        this.#facts.acceptedFields.has(field) || records.filter(({ wire }) => field in wire).length > named(field);
      if (refusedIn.size < 2 || isAccepted || this.#facts.refusedFields.has(field)) continue;
      this.#facts.refusedFields.add(field);
      this.#destination.context.configuration.log.once("warn", leftOut);
    }
  }

  #keptUnconditionally(): void {
    this.#conditional = false;
    this.#destination.context.configuration.log.once("warn", unconditional);
  }

  #isConditional(record: Resealed): boolean {
    return this.#facts.heedsConditions !== false && isDated(record);
  }

  #wireOf(record: Resealed): Record<string, unknown> {
    const sent: Record<string, unknown> = { ...record.wire };
    for (const field of this.#facts.refusedFields) delete sent[field];
    if (this.#isConditional(record)) sent[condition] = record.answered.raw[updatedAt];
    return sent;
  }

  #post(records: readonly Readonly<Record<string, unknown>>[]): ReturnType<typeof postBatch> {
    const { context, ...batch } = this.#destination;
    return postBatch(context, { ...batch, records });
  }
}

/** A record whose `updated_at` is not told can be written on no condition. */
function isDated({ answered }: Resealed): boolean {
  return typeof answered.raw[updatedAt] === "string";
}

/** The fields of records that are the PoP's own. */
function ownFields(records: readonly Resealed[]): Set<string> {
  const names = records.flatMap(({ wire }) => Object.keys(wire));
  return new Set(names.filter((name) => !knownFields.has(name)));
}

const leftOut =
  "The PoP returns a field of its own that it refuses on write: the field is left out of the records that are rotated.";

const unconditional =
  "The PoP knows no conditional writes: what others write to a record while it is rotated may be overwritten. Let nobody write meanwhile.";

const nothing: SentBatch = { kept: [], moved: [], expired: [], refused: [] };

function without(sent: SentBatch, refused: readonly Refused[]): SentBatch {
  return { ...sent, refused: sent.refused.filter((record) => !refused.includes(record)) };
}

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
  // A PoP refuses a date that is not in the future, and deletes the record when it comes.
  const expired = records.filter((_, index) => fields.get(index) === expiresAt);
  const refused = records.flatMap((record, index) =>
    fields.has(index) && !expired.includes(record)
      ? [{ ...record, field: fields.get(index), error: notTaken(cause) }]
      : [],
  );
  return { ...nothing, expired, refused };
}

function notTaken(cause: StorageServerError): StorageCryptoError {
  return new StorageCryptoError("The record was opened, but the PoP does not take it sealed anew: see the cause.", {
    cause,
  });
}
