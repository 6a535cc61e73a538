import * as v from "valibot";
import { isWellFormed } from "./encoding.ts";
import type { InputIssue } from "./errors.ts";
import { type FoundIssue, listIssues, maxIssues, meantIssue, Several } from "./issues.ts";
import { nearestName } from "./nearest-name.ts";

export { cutIssues, summarize } from "./issues.ts";

/** A schema whose exact type nobody needs: what it gives is said beside it. */
export type SchemaOf<Output> = v.GenericSchema<unknown, Output>;

export type Parsed<Output> =
  | { readonly ok: true; readonly output: Output }
  | { readonly ok: false; readonly issues: readonly InputIssue[] };

/**
 * Parses what comes from outside. The issues say where, what was expected and which kind of value was there, and never the
 * value. A value that throws when it is looked at (a proxy, a getter) is an issue like any other.
 */
export function parse<Output>(schema: SchemaOf<Output>, value: unknown, root: string): Parsed<Output> {
  try {
    const result = v.safeParse(schema, shortBigint(value), { message: expectation });
    if (result.success) return { ok: true, output: result.output };
    return { ok: false, issues: listIssues(result.issues, root) };
  } catch {
    return { ok: false, issues: [{ path: root, message: "cannot be read: looking at it throws an error" }] };
  }
}

/** The message of an issue that has none of its own: what was expected, and which kind of value was there. */
export function expectation(issue: v.BaseIssue<unknown>): string {
  if (issue.kind === "schema" && issue.input === undefined) {
    // Of a field that is not there, valibot expects its name.
    return issue.expected?.startsWith('"') === true ? "is missing" : `is missing: expected ${expected(issue)}`;
  }
  return `expected ${expected(issue)}, got ${kindOf(issue.input)}`;
}

const expectedWords: ReadonlyMap<string, string> = new Map([
  ["Object", "an object"],
  ["Array", "a list"],
  ["string", "a string"],
  ["number", "a number"],
  ["boolean", "true or false"],
]);

function expected({ expected, type }: v.BaseIssue<unknown>): string {
  return expectedWords.get(expected ?? type) ?? expected ?? type;
}

/** What kind of thing a value is, for a message that must not show the value. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "number" && !Number.isInteger(value))
    return Number.isNaN(value) ? "NaN" : "a fraction or infinity";
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "an invalid Date" : "a Date";
  return typeof value === "undefined" ? "undefined" : `${/^[aeiou]/.test(typeof value) ? "an" : "a"} ${typeof value}`;
}

/** Whether a value is an object with fields: not null, not an array, not a Date. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.prototype.toString.call(value) === "[object Object]";
}

/** Unknown names that one object lists. */
const maxUnknownNames = 10;

/**
 * An object with the given fields and no others. An unknown field is an issue that suggests the nearest known name, and
 * is reported beside whatever else is wrong; of many unknown fields, the first are. `hideUnknownNames`: a name that is no slip
 * of a known one may be a secret in the wrong place, and is not shown.
 */
export function exactObject<const Entries extends v.ObjectEntries>(
  entries: Entries,
  options?: { readonly hideUnknownNames?: boolean },
): v.GenericSchema<unknown, v.InferOutput<v.ObjectSchema<Entries, undefined>>> {
  const known = Object.keys(entries);
  const schema = v.object(entries);
  return v.pipe(
    v.custom<Record<string, unknown>>(isPlainObject, (issue) => `expected an object, got ${kindOf(issue.input)}`),
    v.rawTransform(({ dataset: { value: input }, addIssue, NEVER }) => {
      const fields: Record<string, unknown> = {};
      for (const name of known) if (name in input) fields[name] = shortBigint(input[name]);
      const result = v.safeParse(schema, fields, { message: expectation });
      for (const issue of result.issues ?? []) addIssue(foundIn(issue));
      const unknown = Object.keys(input).filter((name) => !Object.hasOwn(entries, name));
      for (const name of unknown.slice(0, maxUnknownNames)) {
        const nearest = nearestName(name, known);
        const suggestion = nearest === undefined ? "" : `; did you mean ${nearest}?`;
        const shown = options?.hideUnknownNames === true && nearest === undefined ? "…" : name;
        addIssue({ message: `is not a name known here${suggestion}`, path: [stepTo(shown)] });
      }
      const more = unknown.length - maxUnknownNames;
      if (more > 0) {
        addIssue({ message: `has ${more} more unknown ${more === 1 ? "name" : "names"}`, input: new Several(more) });
      }
      return result.success && unknown.length === 0 ? result.output : NEVER;
    }),
  );
}

/** Wrong names or values that an object of any names lists. */
const maxWrongNames = 10;

/** An object of any names that the first schema takes. It is looked through until enough of it is wrong. */
export function objectOf<Value>(
  { what, name: nameSchema }: { readonly what: string; readonly name: SchemaOf<string> },
  valueSchema: SchemaOf<Value>,
): SchemaOf<Record<string, Value>> {
  return v.pipe(
    v.custom<Record<string, unknown>>(isPlainObject, (issue) => `expected ${what}, got ${kindOf(issue.input)}`),
    v.rawTransform(({ dataset: { value: input }, addIssue, NEVER }) => {
      const names = Object.keys(input);
      const output: [string, Value][] = [];
      let wrong = 0;
      for (const [index, given] of names.entries()) {
        const name = v.safeParse(nameSchema, given, { message: expectation });
        const value = v.safeParse(valueSchema, shortBigint(input[given]), { message: expectation });
        for (const issue of [...(name.issues ?? []), ...(value.issues ?? [])]) addIssue(foundIn(issue, given));
        if (name.success && value.success) output.push([name.output, value.output]);
        else wrong += 1;
        const more = names.length - index - 1;
        if (wrong < maxWrongNames || more === 0) continue;
        addIssue({
          message: `has ${more} more ${more === 1 ? "name" : "names"}, not checked after so many wrong ones`,
        });
        break;
      }
      return wrong === 0 ? Object.fromEntries(output) : NEVER;
    }),
  );
}

/** What copies of an object may leave out. */
const namesOfObjects = new Set(["__proto__", "prototype", "constructor"]);

/** Whether a name means something to every object. */
export function isNameOfObjects(name: string): boolean {
  return namesOfObjects.has(name);
}

/**
 * A list of any length up to the greatest. A longer one is refused before its items are looked at; another is looked through
 * until it has a hole, or enough wrong items.
 */
export function listOf<Item>(item: SchemaOf<Item>, most?: { length: number; message: string }): SchemaOf<Item[]> {
  return v.pipe(
    v.custom<unknown[]>(Array.isArray, (issue) => `expected a list, got ${kindOf(issue.input)}`),
    v.check((list) => most === undefined || list.length <= most.length, most?.message ?? ""),
    v.rawTransform(({ dataset: { value: list }, addIssue, NEVER }) => {
      const output: Item[] = [];
      const issues: FoundIssue[] = [];
      let index = 0;
      for (; index < list.length && issues.length <= maxIssues; index += 1) {
        if (!(index in list)) {
          addIssue({ message: "is a list with holes in it" });
          return NEVER;
        }
        const result = v.safeParse(item, shortBigint(list[index]), { message: expectation });
        if (result.success) output.push(result.output);
        else issues.push(...result.issues.map((issue) => foundIn(issue, index)));
      }
      const listed = issues.length > maxIssues ? maxIssues - 1 : maxIssues;
      for (const issue of issues.slice(0, listed)) addIssue(issue);
      if (issues.length > maxIssues) {
        addIssue({
          message: `has ${issues.length} issues, too many to list: only the items up to [${index - 1}] were checked`,
          input: new Several(issues.length - listed),
        });
      }
      return issues.length === 0 ? output : NEVER;
    }),
  );
}

/** What an issue of a part is of the whole; of the same part if none is named. */
export function foundIn(issue: v.BaseIssue<unknown>, key?: string | number): FoundIssue & { received: string } {
  const { message, input, path } = meantIssue(issue);
  // Without `received`, valibot makes a text of the input.
  return { message, input, received: "", path: key === undefined ? path : [stepTo(key), ...(path ?? [])] };
}

function stepTo(key: string | number): v.IssuePathItem {
  return { type: "unknown", origin: "value", input: undefined, key, value: undefined };
}

const longestBigint = 2n ** 64n;

/** Puts a short bigint in the place of one that no field takes: valibot makes a text of it, which takes a second per MiB. */
function shortBigint(value: unknown): unknown {
  return typeof value === "bigint" && BigInt.asIntN(65, value) !== value ? longestBigint : value;
}

/** A text that UTF-8 can carry. */
export const wellFormedText: SchemaOf<string> = v.pipe(
  v.string(),
  v.check(isWellFormed, "holds half of a surrogate pair, which UTF-8 cannot carry"),
);

/** A function, which valibot's own schema types too loosely to be used. */
export function functionOf<Signature>(): SchemaOf<Signature> {
  return v.custom<Signature>(
    (input) => typeof input === "function",
    (issue) => `expected a function, got ${kindOf(issue.input)}`,
  );
}
