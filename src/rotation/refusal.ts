import type { StorageServerError } from "../errors.ts";
import type { JsonAnswer } from "../http/pop-client.ts";
import { errorDetails, type Place, placeInBatchOf } from "../http/server-words.ts";
import { stringifyJson } from "../json.ts";

/** What a PoP says is wrong with a batch: fields of records, by the record's place in the batch. */
export interface NamedField extends Place {
  readonly index: number;
}

/** A batch that a PoP did not take, and what it named. */
export interface Refusal {
  readonly error: StorageServerError;
  /** The fields that it names in its list of what is wrong (protocol.md, section 6). */
  readonly named: readonly NamedField[];
  /** True if it names the hash of a record key anywhere. */
  namesHash(recordKey: unknown): boolean;
  /** True if it names the condition itself anywhere. */
  readonly mentionsCondition: boolean;
}

/** Reads a refusal from the PoP's own words. */
export function refusalOf({ json, error }: Pick<JsonAnswer, "json" | "error">): Refusal {
  const details = errorDetails(json) ?? [];
  const words = stringifyJson(details);
  const hashes = new Set<unknown>(words.match(/\b[\da-f]{64}\b/g));
  return {
    error: error(),
    named: details.map(placeInBatchOf).filter(isInBatch),
    namesHash: (recordKey) => hashes.has(recordKey),
    mentionsCondition: /\bif_match\b/.test(words),
  };
}

function isInBatch(place: Place): place is NamedField {
  return place.index !== undefined;
}
