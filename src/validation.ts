import * as v from "valibot";
import { isWellFormed } from "./encoding.ts";
import type { InputIssue } from "./errors.ts";
import { type FoundIssue, listIssues, maxIssues, meantIssue, Several } from "./issues.ts";
import { nearestName } from "./nearest-name.ts";

export { cutIssues, summarize } from "./issues.ts";

/** A schema of unknown input. */
export type SchemaOf<Output> = v.GenericSchema<unknown, Output>;

export type Parsed<Output> =
  | { readonly ok: true; readonly output: Output }
  | { readonly ok: false; readonly issues: readonly InputIssue[] };

/**
 * Parses input from outside. Issues describe the path, the expectation and the kind of the value, never the value. A
 * value that throws when it is read (a proxy, a getter) is an issue too.
 */
export function parse<Output>(schema: SchemaOf<Output>, value: unknown, root: string): Parsed<Output> {
  try {
    const result = v.safeParse(schema, shortBigint(value), { message: expectation });
    if (result.success) return { ok: true, output: result.output };
    return { ok: false, issues: listIssues(result.issues, root) };
  } catch {
    return { ok: false, issues: [{ path: root, message: "cannot be read: it throws an error" }] };
  }
}

/** Writes the message of an issue without one: what was expected, and the kind of the value. */
export function expectation(issue: v.BaseIssue<unknown>): string {
  const expected = expectedWords.get(issue.expected ?? issue.type) ?? issue.expected ?? issue.type;
  if (issue.kind !== "schema" || issue.input !== undefined) return `expected ${expected}, got ${kindOf(issue.input)}`;
  // For a missing field, valibot expects its quoted name.
  return expected.startsWith('"') ? "is missing" : `is missing: expected ${expected}`;
}

const expectedWords: ReadonlyMap<string, string> = new Map([
  ["Object", "an object"],
  ["Array", "a list"],
  ["string", "a string"],
  ["number", "a number"],
  ["boolean", "true or false"],
]);

/** Names the kind of a value, for messages that must not show the value. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "number" && !Number.isInteger(value))
    return Number.isNaN(value) ? "NaN" : "a fraction or infinity";
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "an invalid Date" : "a Date";
  return typeof value === "undefined" ? "undefined" : `${/^[aeiou]/.test(typeof value) ? "an" : "a"} ${typeof value}`;
}

/** True for an object with fields: not null, an array, or a Date. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.prototype.toString.call(value) === "[object Object]";
}

/** Unknown names listed per object. */
const maxUnknownNames = 10;

/**
 * An object with the given fields and no others. The issue of an unknown name suggests the nearest known one. With
 * `hideUnknownNames`, only names near a known one are shown: another one may be a misplaced secret.
 */
export function exactObject<const Entries extends v.ObjectEntries>(
  entries: Entries,
  options?: { readonly hideUnknownNames?: boolean },
): v.GenericSchema<unknown, v.InferOutput<v.ObjectSchema<Entries, undefined>>> {
  const known = Object.keys(entries);
  const schema = v.object(entries);
  return v.pipe(
    plainObject("an object"),
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
        addIssue({ message: `is not a known name${suggestion}`, path: [stepTo(shown)] });
      }
      const more = unknown.length - maxUnknownNames;
      if (more > 0) {
        addIssue({ message: `has ${more} more unknown ${more === 1 ? "name" : "names"}`, input: new Several(more) });
      }
      return result.success && unknown.length === 0 ? result.output : NEVER;
    }),
  );
}

function plainObject(what: string): SchemaOf<Record<string, unknown>> {
  return v.custom<Record<string, unknown>>(isPlainObject, ({ input }) => `expected ${what}, got ${kindOf(input)}`);
}

/** Invalid entries after which the rest of an object is not checked. */
const maxInvalidEntries = 10;

/** An object with any names that the name schema accepts. */
export function objectOf<Value>(
  { what, name: nameSchema }: { readonly what: string; readonly name: SchemaOf<string> },
  valueSchema: SchemaOf<Value>,
): SchemaOf<Record<string, Value>> {
  return v.pipe(
    plainObject(what),
    v.rawTransform(({ dataset: { value: input }, addIssue, NEVER }) => {
      const names = Object.keys(input);
      const output: [string, Value][] = [];
      let invalid = 0;
      for (const [index, given] of names.entries()) {
        const name = v.safeParse(nameSchema, given, { message: expectation });
        const value = v.safeParse(valueSchema, shortBigint(input[given]), { message: expectation });
        for (const issue of [...(name.issues ?? []), ...(value.issues ?? [])]) addIssue(foundIn(issue, given));
        if (name.success && value.success) output.push([name.output, value.output]);
        else invalid += 1;
        const more = names.length - index - 1;
        if (invalid < maxInvalidEntries || more === 0) continue;
        addIssue({ message: `has ${more} more ${more === 1 ? "name" : "names"}, which were not checked` });
        break;
      }
      return invalid === 0 ? Object.fromEntries(output) : NEVER;
    }),
  );
}

/** True for names that have a meaning on every object, so that copying an object may lose them. */
export function isNameOfObjects(name: string): boolean {
  return name === "__proto__" || name === "prototype" || name === "constructor";
}

/** A list without holes. A list that is too long is refused unchecked; others are checked up to `maxIssues`. */
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
          addIssue({ message: "is a list with holes" });
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
          message: `has ${issues.length} issues: only the items up to [${index - 1}] were checked`,
          input: new Several(issues.length - listed),
        });
      }
      return issues.length === 0 ? output : NEVER;
    }),
  );
}

/** Makes the issue of a part an issue of the whole. Without a key, the part is the whole. */
export function foundIn(issue: v.BaseIssue<unknown>, key?: string | number): FoundIssue & { received: string } {
  const { message, input, path } = meantIssue(issue);
  // Without `received`, valibot would convert the input to text.
  return { message, input, received: "", path: key === undefined ? path : [stepTo(key), ...(path ?? [])] };
}

function stepTo(key: string | number): v.IssuePathItem {
  return { type: "unknown", origin: "value", input: undefined, key, value: undefined };
}

/** Replaces a bigint that no field accepts by a short one: valibot writes it as text, a second per MiB. */
function shortBigint(value: unknown): unknown {
  return typeof value === "bigint" && BigInt.asIntN(65, value) !== value ? 2n ** 64n : value;
}

/** A text that UTF-8 can encode. */
export const wellFormedText: SchemaOf<string> = v.pipe(
  v.string(),
  v.check(isWellFormed, "has a lone surrogate, which UTF-8 cannot encode"),
);

/** Unlike the schema of valibot, this has the type of the function. */
export function functionOf<Signature>(): SchemaOf<Signature> {
  return v.custom<Signature>(
    (input) => typeof input === "function",
    (issue) => `expected a function, got ${kindOf(issue.input)}`,
  );
}
