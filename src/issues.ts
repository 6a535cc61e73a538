import type * as v from "valibot";
import type { InputIssue } from "./errors.ts";
import { maxNameShown } from "./nearest-name.ts";

/** Issues that one call lists. The last of them says how many more there are. */
export const maxIssues = 100;
const maxIssuesInMessage = 5;

/** The `input` of an issue that stands for several, such as names that are not listed. */
export class Several {
  readonly count: number;

  constructor(count: number) {
    this.count = count;
  }
}

/** An entry of a list of issues that stands for several. */
class CountedIssue implements InputIssue {
  readonly path: string;
  readonly message: string;
  readonly #count: number;

  constructor({ path, message }: InputIssue, count: number) {
    this.path = path;
    this.message = message;
    this.#count = count;
  }

  get count(): number {
    return this.#count;
  }
}

function countOf(issue: InputIssue): number {
  return issue instanceof CountedIssue ? issue.count : 1;
}

/** Makes the entries for what valibot found, for the first of them alone. */
export function listIssues(found: readonly v.BaseIssue<unknown>[], root: string): InputIssue[] {
  const listed = found.slice(0, maxIssues).map((issue) => inputIssue(issue, root));
  let more = 0;
  for (const { input } of found.slice(maxIssues)) more += input instanceof Several ? input.count : 1;
  return withMore(listed, more);
}

/** Cuts off a list of issues that was put together from several. */
export function cutIssues(issues: readonly InputIssue[]): InputIssue[] {
  let more = 0;
  for (const issue of issues.slice(maxIssues)) more += countOf(issue);
  return withMore(issues.slice(0, maxIssues), more);
}

function withMore(listed: InputIssue[], more: number): InputIssue[] {
  const last = listed.at(-1);
  if (last === undefined || more === 0) return listed;
  const message = `${last.message}; and ${more} more ${more === 1 ? "issue" : "issues"}`;
  return [...listed.slice(0, -1), new CountedIssue({ path: last.path, message }, countOf(last) + more)];
}

/** Writes one sentence for all issues: `record.key1: expected a string, got a number; …; and 7 more`. */
export function summarize(issues: readonly InputIssue[]): string {
  const shown = issues.slice(0, maxIssuesInMessage).map(({ path, message }) => `${path}: ${message}`);
  let more = 0;
  for (const issue of issues.slice(maxIssuesInMessage)) more += countOf(issue);
  return shown.join("; ") + (more > 0 ? `; and ${more} more` : "");
}

function inputIssue(issue: v.BaseIssue<unknown>, root: string): InputIssue {
  const { path, message, input } = meantIssue(issue);
  const entry = { path: pathText(path ?? [], root), message };
  return input instanceof Several ? new CountedIssue(entry, input.count) : entry;
}

type Path = NonNullable<v.BaseIssue<unknown>["path"]>;

/** What an issue says, and of which part of the input. */
export type FoundIssue = Pick<v.BaseIssue<unknown>, "message" | "input" | "path">;

/** Picks what to report of a union that nothing matched: the deepest issue of its options is the one that was meant. */
export function meantIssue(issue: v.BaseIssue<unknown>): FoundIssue {
  const nested = issue.type === "union" ? (issue.issues ?? []) : [];
  const first = nested.find((inner) => inner.path !== undefined || inner.kind === "validation");
  if (first === undefined) return issue;
  const { message, input, path } = meantIssue(first);
  return { message, input, path: joined(issue.path, path) };
}

function joined(outer: Path | undefined, inner: Path | undefined): Path | undefined {
  return outer === undefined || inner === undefined ? (outer ?? inner) : [...outer, ...inner];
}

function pathText(path: readonly v.IssuePathItem[], root: string): string {
  let text = root;
  for (const { key } of path) text += typeof key === "number" ? `[${key}]` : pathStep(String(key));
  return text.startsWith(".") ? text.slice(1) : text;
}

const identifier = /^[$\w]+$/;

function pathStep(key: string): string {
  // A name that the caller misspelled may be a value in the wrong place: no more than its beginning is shown.
  const shown = key.length > maxNameShown ? `${key.slice(0, maxNameShown)}…` : key;
  return identifier.test(shown) ? `.${shown}` : `[${JSON.stringify(shown)}]`;
}
