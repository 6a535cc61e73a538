import type { StorageContext } from "../operations/context.ts";

/** Beside a record in a batch: its `updated_at`, without which the PoP shall keep what it has (pop.md). */
export const condition = "if_match";

/** What was learned of the PoP of a country by writing to it. */
export interface PopFacts {
  /** Fields that it answers and that nobody may write: they are left out of what is sent. */
  readonly refusedFields: Set<string>;
  /** The records, by hashed key, in which it refused a field of its own. */
  readonly refusedIn: Map<string, Set<unknown>>;
  /** Fields of its own that it took. */
  readonly acceptedFields: Set<string>;
  /** Whether it was seen to heed conditions, or not to; undefined: not yet known. */
  heedsConditions: boolean | undefined;
}

const known = new WeakMap<StorageContext, Map<string, PopFacts>>();

/** What this Storage has learned of the PoP of a country. */
export function popFactsOf(context: StorageContext, country: string): PopFacts {
  const ofStorage = known.get(context) ?? new Map<string, PopFacts>();
  known.set(context, ofStorage);
  const facts = ofStorage.get(country) ?? {
    refusedFields: new Set(),
    refusedIn: new Map(),
    acceptedFields: new Set(),
    heedsConditions: undefined,
  };
  ofStorage.set(country, facts);
  return facts;
}
