import * as v from "valibot";
import { Refusal } from "../errors.ts";

/** Parses a value with a schema; refuses with 400 and one entry for each thing wrong. `root` names the value as a whole. */
export function parseOrRefuse<Output>(schema: v.GenericSchema<unknown, Output>, value: unknown, root: string): Output {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const problems = result.issues.map((issue) => {
    const source = v.getDotPath(issue) ?? root;
    return { detail: `${source} ${issue.message}.`, source };
  });
  throw new Refusal(400, problems);
}

export function isObject(value: unknown): value is object {
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
 * An object with these entries and no others; every unknown key is an issue of its own. (Of `v.strictObject` only the first
 * one is, and it takes an array for an object.)
 */
export function exactObject<const Entries extends v.ObjectEntries>(
  entries: Entries,
): v.GenericSchema<unknown, v.InferOutput<v.ObjectSchema<Entries, string>>> {
  const exact = withFaults(v.object(entries, "is required"), (input) => {
    if (!isObject(input)) return [];
    const unknownKeys = Object.keys(input).filter((key) => !Object.hasOwn(entries, key));
    return unknownKeys.map((key) => ({ message: "is not known here", path: [pathItem(input, key)] }));
  });
  return v.lazy((input) => (isObject(input) ? exact : never("must be an object")));
}

/** The step of an issue's path that leads from an object to one of its values. */
export function pathItem(input: object, key: string): v.ObjectPathItem {
  return { type: "object", origin: "key", input: { ...input }, key, value: undefined };
}
