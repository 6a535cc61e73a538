import * as v from "valibot";
import { isWellFormed } from "./encoding.ts";
import type { InputIssue } from "./errors.ts";

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
    const result = v.safeParse(schema, value, { message: expectation });
    if (result.success) return { ok: true, output: result.output };
    return { ok: false, issues: result.issues.flatMap((issue) => inputIssues(issue, root)) };
  } catch {
    return { ok: false, issues: [{ path: root, message: "cannot be read: looking at it throws an error" }] };
  }
}

/** One sentence for all issues: `record.key1: expected string, got number; …`. */
export function summarize(issues: readonly InputIssue[]): string {
  const shown = issues.slice(0, maxIssuesShown).map(({ path, message }) => `${path}: ${message}`);
  const rest = issues.length - shown.length;
  return shown.join("; ") + (rest > 0 ? `; and ${rest} more` : "");
}

const maxIssuesShown = 5;

function inputIssues(issue: v.BaseIssue<unknown>, root: string): InputIssue[] {
  // A union that nothing matched carries what each of its options had to say: the deepest is the one that was meant.
  const nested = issue.type === "union" ? (issue.issues ?? []) : [];
  const meant = nested.filter((inner) => depth(inner) > 0 || inner.kind === "validation");
  if (meant.length > 0) {
    const path = pathText(issue, root);
    return meant.slice(0, 1).flatMap((inner) => inputIssues(inner, path));
  }
  return [{ path: pathText(issue, root), message: issue.message }];
}

function depth(issue: v.BaseIssue<unknown>): number {
  return issue.path?.length ?? 0;
}

function pathText(issue: v.BaseIssue<unknown>, root: string): string {
  let text = root;
  for (const { key } of issue.path ?? []) text += typeof key === "number" ? `[${key}]` : pathStep(String(key));
  return text.startsWith(".") ? text.slice(1) : text;
}

const identifier = /^[$\w]+$/;
/** A name that the caller misspelled may be a value in the wrong place: no more than its beginning is shown. */
const maxNameShown = 40;

function pathStep(key: string): string {
  const shown = key.length > maxNameShown ? `${key.slice(0, maxNameShown)}…` : key;
  return identifier.test(shown) ? `.${shown}` : `[${JSON.stringify(shown)}]`;
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

/**
 * An object with the given fields and no others. An unknown field is an issue that suggests the nearest known name, and
 * all of them are reported beside whatever else is wrong. `hideUnknownNames`: a name that is no slip of a known one may be a
 * secret in the wrong place, and is not told.
 */
export function exactObject<const Entries extends v.ObjectEntries>(
  entries: Entries,
  options?: { readonly hideUnknownNames?: boolean },
): v.GenericSchema<unknown, v.InferOutput<v.ObjectSchema<Entries, undefined>>> {
  const known = Object.keys(entries);
  const hide = options?.hideUnknownNames === true;
  return v.pipe(
    v.custom<Record<string, unknown>>(isPlainObject, (issue) => `expected an object, got ${kindOf(issue.input)}`),
    refuseNamesOfObjects((key) => unknownField(key, known)),
    v.looseObject(entries),
    v.rawCheck(({ dataset, addIssue }) => {
      const input = dataset.value;
      if (!isPlainObject(input)) return;
      for (const key of Object.keys(input)) {
        if (Object.hasOwn(entries, key)) continue;
        addIssue({
          message: unknownField(key, known),
          path: [
            { type: "object", origin: "key", input, key: hide && !isSlip(key, known) ? "…" : key, value: undefined },
          ],
        });
      }
    }),
  );
}

/** What valibot leaves out of what it copies, and so hides from what comes after. */
const namesOfObjects = ["__proto__", "prototype", "constructor"];

/** Refuses the fields that would be left out without a word. */
export function refuseNamesOfObjects<Input extends object>(
  messageOf: (key: string) => string,
): v.RawCheckAction<Input> {
  return v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const input: Record<string, unknown> = Object(dataset.value);
    for (const key of namesOfObjects.filter((name) => Object.hasOwn(input, name))) {
      addIssue({ message: messageOf(key), path: [{ type: "object", origin: "key", input, key, value: undefined }] });
    }
  });
}

/** A list of any length up to the greatest. It is refused before its items are looked at where it is longer, or has holes. */
export function listOf<Item>(item: SchemaOf<Item>, most?: { length: number; message: string }): SchemaOf<Item[]> {
  return v.pipe(
    v.custom<unknown[]>(Array.isArray, (issue) => `expected a list, got ${kindOf(issue.input)}`),
    v.check((list) => most === undefined || list.length <= most.length, most?.message ?? ""),
    // Told by its keys: a list of nothing may have any length, and its items would be looked at one by one.
    v.check((list) => Object.keys(list).length >= list.length, "is a list with holes in it"),
    v.array(item),
  );
}

function isSlip(key: string, known: readonly string[]): boolean {
  return nearestName(key, known) !== undefined;
}

function unknownField(key: string, known: readonly string[]): string {
  const nearest = nearestName(key, known);
  return nearest === undefined ? "is not a name known here" : `is not a name known here; did you mean ${nearest}?`;
}

/** The known name that differs from the given one in the fewest letters, if it is near enough to be a slip. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const wanted = name.slice(0, maxNameShown).toLowerCase().replaceAll("_", "");
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Levenshtein's distance, one row at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [at, letter] of Array.from(from).entries()) {
    const next = [at + 1];
    for (let column = 0; column < to.length; column += 1) {
      const insert = (next[column] ?? 0) + 1;
      const remove = (row[column + 1] ?? 0) + 1;
      const replace = (row[column] ?? 0) + (to[column] === letter ? 0 : 1);
      next.push(Math.min(insert, remove, replace));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
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
