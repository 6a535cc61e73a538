import { type Page, type RefusedBatch, writeRecords } from "../api/records.ts";
import type { Call } from "../calls/call.ts";
import { StorageCryptoError } from "../errors.ts";
import type { Log } from "../logging.ts";
import { fieldEntries, recordFields } from "../records/fields.ts";
import type { ReceivedRecord } from "../records/wire.ts";

/** A record under the current secret, and the state that it was read in. */
export interface Resealed {
  readonly received: ReceivedRecord;
  readonly wire: Readonly<Record<string, unknown>>;
}

export interface Refused extends Resealed {
  readonly error: StorageCryptoError;
}

/** The outcome for each record of a batch. */
export interface SentBatch {
  readonly written: readonly Resealed[];
  /** Changed or deleted since they were read: the PoP keeps the newer state. */
  readonly conflicts: readonly Resealed[];
  /** Expire before they can be written: the PoP deletes them. */
  readonly expired: readonly Resealed[];
  /** The PoP does not accept them. */
  readonly refused: readonly Refused[];
}

/** The most fields unknown to the protocol that are left out if the PoP refuses them. Beyond that, records count as refused. */
const maxLeftOut = 20;
/** The condition of a record in a batch: the `updated_at` that it must still have (playground/pop/POP.md). */
const condition = "if_match";
const recordKey = recordFields.recordKey.wire;
const updatedAt = recordFields.updatedAt.wire;
const expiresAt = recordFields.expiresAt.wire;
const knownFields = new Set<string>(fieldEntries.map(({ wire }) => wire));

const unconditionalWarning =
  "The PoP does not support conditional writes: changes that other clients make during a rotation may be overwritten. Stop other writers meanwhile.";
const leftOutWarning = "The PoP returns a field that it refuses on write: rotated records are sent without this field.";

/** The call for one page, whose signal no other page uses, and what its PoP supports. */
type Target = Pick<Page, "supportsIfMatch"> & { readonly call: Call };

/** Writes records back in batches, on the condition that they have not changed since they were read, if the PoP supports that. */
export class ConditionalBatches {
  readonly #log: Log;
  readonly #leftOut = new Set<string>();
  #conditional = true;

  constructor(log: Log) {
    this.#log = log;
  }

  /** False once a record was written without a condition. */
  get conditional(): boolean {
    return this.#conditional;
  }

  /** @throws StorageServerError, StorageNetworkError for failures that are not the fault of a record */
  async send(records: readonly Resealed[], target: Target): Promise<SentBatch> {
    if (records.length === 0) return nothing;
    const { call, supportsIfMatch } = target;
    const sent = records.map((record) => this.#wireOf(record, supportsIfMatch));
    const outcome = await writeRecords(call, sent);
    if (outcome.written) {
      if (!supportsIfMatch || !records.every(isDated)) this.#warnOfMissingCondition();
      return { ...nothing, written: records };
    }
    const named = new Map(outcome.fields.map(({ index, field }) => [index, field]));
    if (outcome.reason === "conflict") {
      const isNamed = ({ wire }: Resealed, index: number): boolean =>
        named.has(index) || outcome.hashes.has(wire[recordKey]);
      return this.#sendOthers(records, isNamed, (conflicts) => ({ ...nothing, conflicts }), target);
    }
    if (this.#leaveOut(outcome, sent)) return this.send(records, target);
    const refuse = (refused: readonly Resealed[]): SentBatch => {
      const isExpired = (record: Resealed): boolean => named.get(records.indexOf(record)) === expiresAt;
      const error = refusal(outcome.error);
      return {
        ...nothing,
        expired: refused.filter(isExpired),
        refused: refused.filter((record) => !isExpired(record)).map((record) => ({ ...record, error })),
      };
    };
    return this.#sendOthers(records, (_, index) => named.has(index), refuse, target);
  }

  /** The PoP wrote nothing: sends the records that it did not name again. If it named none, splits the batch to find them. */
  async #sendOthers(
    records: readonly Resealed[],
    isNamed: (record: Resealed, index: number) => boolean,
    resultOf: (named: readonly Resealed[]) => SentBatch,
    target: Target,
  ): Promise<SentBatch> {
    if (records.length === 1) return resultOf(records);
    const named = records.filter(isNamed);
    if (named.length > 0) {
      const others = records.filter((record) => !named.includes(record));
      return merge(resultOf(named), await this.send(others, target));
    }
    const middle = Math.ceil(records.length / 2);
    const first = await this.send(records.slice(0, middle), target);
    return merge(first, await this.send(records.slice(middle), target));
  }

  /**
   * Leaves out fields that the PoP returns but refuses: those that it names in each record that has them, if there are two or more.
   * With one record, the PoP may refuse only the value, and a field must not be lost for that.
   *
   * @returns True if the batch that was sent has a field that is left out now.
   */
  #leaveOut({ fields }: RefusedBatch, sent: readonly Readonly<Record<string, unknown>>[]): boolean {
    const named = new Map<string, Set<number>>();
    for (const { field, index } of fields) {
      if (field === undefined || field === condition || knownFields.has(field)) continue;
      named.set(field, (named.get(field) ?? new Set()).add(index));
    }
    let found = false;
    for (const [field, indices] of named) {
      const having = [...sent.keys()].filter((index) => Object.hasOwn(sent[index] ?? {}, field));
      const isRefused = having.length >= 2 && having.every((index) => indices.has(index));
      if (isRefused && this.#leftOut.size < maxLeftOut) this.#leftOut.add(field);
      found ||= having.length > 0 && this.#leftOut.has(field);
    }
    if (found) this.#log.once("warn", leftOutWarning);
    return found;
  }

  #warnOfMissingCondition(): void {
    this.#conditional = false;
    this.#log.once("warn", unconditionalWarning);
  }

  #wireOf(record: Resealed, supportsIfMatch: boolean): Record<string, unknown> {
    const wire: Record<string, unknown> = { ...record.wire };
    for (const field of this.#leftOut) delete wire[field];
    if (supportsIfMatch && isDated(record)) wire[condition] = record.received.raw[updatedAt];
    return wire;
  }
}

function isDated({ received }: Resealed): boolean {
  return typeof received.raw[updatedAt] === "string";
}

const nothing: SentBatch = { written: [], conflicts: [], expired: [], refused: [] };

function merge(one: SentBatch, other: SentBatch): SentBatch {
  return {
    written: [...one.written, ...other.written],
    conflicts: [...one.conflicts, ...other.conflicts],
    expired: [...one.expired, ...other.expired],
    refused: [...one.refused, ...other.refused],
  };
}

function refusal(cause: Error): StorageCryptoError {
  return new StorageCryptoError("The record was decrypted, but the PoP refused its rotated form; see `cause`.", {
    cause,
  });
}
