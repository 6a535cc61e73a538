import * as v from "valibot";
import { HttpError, maxProblems, type Problem } from "../errors.ts";

/** Parses a value; throws 400 with an entry for each issue. `root` names the value as a whole. */
export function parseRequest<Output>(schema: v.GenericSchema<unknown, Output>, value: unknown, root: string): Output {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const problems = result.issues.flatMap((issue) => pathsOf(issue, root).map((path) => problemAt(path, issue.message)));
  const unlisted = result.issues.reduce(
    (sum, { input }) => sum + (input instanceof UnknownKeys ? input.unlisted : 0),
    0,
  );
  throw new HttpError(400, problems, { unlisted });
}

/** The path of an issue, or those of its unknown keys, up to `maxProblems`. */
export function pathsOf(issue: v.BaseIssue<unknown>, root: string): readonly string[] {
  const path = v.getDotPath(issue);
  if (!(issue.input instanceof UnknownKeys)) return [path ?? root];
  return issue.input.listed.map((key) => (path === null ? key : `${path}.${key}`));
}

const maxSourceLength = 80;

/** Truncates the path, which may hold keys of the request. */
function problemAt(path: string, message: string): Problem {
  const source = path.length > maxSourceLength ? `${path.slice(0, maxSourceLength)}…` : path;
  return { detail: `${source} ${message}.`, source };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A schema that rejects everything, for a branch of a `lazy` schema. */
export function never(message: string): v.GenericSchema<unknown, never> {
  return v.custom<never>(() => false, message);
}

/** An issue of a value or, with a path, of a part of it. */
export interface Issue {
  readonly message: string;
  readonly path?: [v.IssuePathItem, ...v.IssuePathItem[]];
  readonly input?: UnknownKeys;
}

/** The unknown keys of an object as one issue, since a request can hold any number of them. */
class UnknownKeys {
  readonly listed: readonly string[];
  readonly unlisted: number;

  constructor(keys: readonly string[]) {
    this.listed = keys.slice(0, maxProblems);
    this.unlisted = keys.length - this.listed.length;
  }
}

/** Adds issues found in the raw input. Unlike `v.check`, runs even if the schema has issues of its own. */
export function withIssues<Output>(
  schema: v.GenericSchema<unknown, Output>,
  issuesOf: (input: unknown) => readonly Issue[],
): v.GenericSchema<unknown, Output> {
  return v.lazy((input) => {
    const issues = issuesOf(input);
    if (issues.length === 0) return schema;
    return v.pipe(
      schema,
      v.rawCheck(({ addIssue }) => {
        for (const issue of issues) addIssue(issue);
      }),
    );
  });
}

/** An object with exactly these entries. Unlike `v.strictObject`, reports every unknown key and rejects arrays. */
export function exactObject<const Entries extends v.ObjectEntries>(
  entries: Entries,
): v.GenericSchema<unknown, v.InferOutput<v.ObjectSchema<Entries, string>>> {
  const exact = withIssues(v.object(entries, "is required"), (input) => {
    if (!isObject(input)) return [];
    const unknownKeys = Object.keys(input).filter((key) => !Object.hasOwn(entries, key));
    return unknownKeys.length === 0 ? [] : [{ message: "is not known here", input: new UnknownKeys(unknownKeys) }];
  });
  return v.lazy((input) => (isObject(input) ? exact : never("must be an object")));
}

/** A list whose length is checked before its items. `what` names an item in messages. */
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

/** Finds items with the same name as an earlier item, as path items of an issue. */
export function duplicatesIn(
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
