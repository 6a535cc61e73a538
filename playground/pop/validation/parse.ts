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

/**
 * An object with these entries and no others; every unknown key is an issue of its own. (Of `v.strictObject` only the first
 * one is, and it takes an array for an object.)
 */
export function exactObject<const Entries extends v.ObjectEntries>(
  entries: Entries,
): v.GenericSchema<unknown, v.InferOutput<v.ObjectSchema<Entries, string>>> {
  const known = v.object(entries, "is required");
  return v.lazy((input): v.GenericSchema<unknown, v.InferOutput<v.ObjectSchema<Entries, string>>> => {
    if (!isObject(input)) return never("must be an object");
    const unknownKeys = Object.keys(input).filter((key) => !Object.hasOwn(entries, key));
    if (unknownKeys.length === 0) return known;
    return v.pipe(
      known,
      v.rawCheck(({ addIssue }) => {
        for (const key of unknownKeys) addIssue({ message: "is not known here", path: [pathItem(input, key)] });
      }),
    );
  });
}

/** The step of an issue's path that leads from an object to one of its values. */
export function pathItem(input: object, key: string): v.ObjectPathItem {
  return { type: "object", origin: "key", input: { ...input }, key, value: undefined };
}
