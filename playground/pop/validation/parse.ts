import * as v from "valibot";
import { maxProblems, type Problem, Refusal } from "../errors.ts";

/** Parses a value with a schema; refuses with 400 and one entry for each thing wrong. `root` names the value as a whole. */
export function parseOrRefuse<Output>(schema: v.GenericSchema<unknown, Output>, value: unknown, root: string): Output {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const problems = result.issues.flatMap((issue) =>
    placesOf(issue, root).map((place) => problemAt(place, issue.message)),
  );
  const unlisted = result.issues.reduce(
    (sum, { input }) => sum + (input instanceof UnknownKeys ? input.unlisted : 0),
    0,
  );
  throw new Refusal(400, problems, { unlisted });
}

/** The places that an issue is about: one, or each unknown key, up to `maxProblems` of them. */
export function placesOf(issue: v.BaseIssue<unknown>, root: string): readonly string[] {
  const path = v.getDotPath(issue);
  if (!(issue.input instanceof UnknownKeys)) return [path ?? root];
  return issue.input.listed.map((key) => (path === null ? key : `${path}.${key}`));
}

const maxSourceLength = 80;

/** A source may hold names of the sender's, of any length. */
function problemAt(place: string, message: string): Problem {
  const source = place.length > maxSourceLength ? `${place.slice(0, maxSourceLength)}…` : place;
  return { detail: `${source} ${message}.`, source };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A schema that accepts nothing, for the branch of a `lazy` schema that has no other. */
export function never(message: string): v.GenericSchema<unknown, never> {
  return v.custom<never>(() => false, message);
}

/** What is wrong with a value as a whole or, where there is a path, with a part of it. */
export interface Fault {
  readonly message: string;
  readonly path?: [v.IssuePathItem, ...v.IssuePathItem[]];
  readonly input?: UnknownKeys;
}

/** The keys of an object that are not known, as one issue for all of them: a request can hold any number. */
class UnknownKeys {
  readonly listed: readonly string[];
  readonly unlisted: number;

  constructor(keys: readonly string[]) {
    this.listed = keys.slice(0, maxProblems);
    this.unlisted = keys.length - this.listed.length;
  }
}

/** A schema, and faults that are looked for in the value as it came, whether or not the schema finds others (`v.check` is not). */
export function withFaults<Output>(
  schema: v.GenericSchema<unknown, Output>,
  faultsOf: (input: unknown) => readonly Fault[],
): v.GenericSchema<unknown, Output> {
  return v.lazy((input) => {
    const faults = faultsOf(input);
    if (faults.length === 0) return schema;
    return v.pipe(
      schema,
      v.rawCheck(({ addIssue }) => {
        for (const fault of faults) addIssue(fault);
      }),
    );
  });
}

/**
 * An object with these entries and no others; every unknown key is a problem of its own. (Of `v.strictObject` only the first
 * one is, and it takes an array for an object.)
 */
export function exactObject<const Entries extends v.ObjectEntries>(
  entries: Entries,
): v.GenericSchema<unknown, v.InferOutput<v.ObjectSchema<Entries, string>>> {
  const exact = withFaults(v.object(entries, "is required"), (input) => {
    if (!isObject(input)) return [];
    const unknownKeys = Object.keys(input).filter((key) => !Object.hasOwn(entries, key));
    return unknownKeys.length === 0 ? [] : [{ message: "is not known here", input: new UnknownKeys(unknownKeys) }];
  });
  return v.lazy((input) => (isObject(input) ? exact : never("must be an object")));
}

/** A list of a limited length, which is checked before any of its items. `what` names its items. */
export function listOf<Item>(
  item: v.GenericSchema<unknown, Item>,
  { min, max, what }: { readonly min: 0 | 1; readonly max: number; readonly what: string },
): v.GenericSchema<unknown, Item[]> {
  const list = v.array(item);
  return v.lazy((input) => {
    if (!Array.isArray(input)) return never("must be a list");
    if (input.length < min) return never(`must hold at least one ${what}`);
    return input.length > max ? never(`must hold at most ${max} ${what}s`) : list;
  });
}

/** Finds the items of a list that have the name of an earlier one, as the steps of an issue's path. */
export function repeatsIn(
  list: readonly unknown[],
  nameOf: (item: unknown) => string | undefined,
): readonly v.ArrayPathItem[] {
  const seen = new Set<string>();
  return list.flatMap((value, key): v.ArrayPathItem[] => {
    const name = nameOf(value);
    if (name === undefined) return [];
    if (seen.has(name)) return [{ type: "array", origin: "value", input: list, key, value }];
    seen.add(name);
    return [];
  });
}
