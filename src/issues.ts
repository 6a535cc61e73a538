import type * as v from "valibot";
import type { InputIssue } from "./errors.ts";
import { maxNameShown } from "./nearest-name.ts";

/** Issues listed per call. The last one also counts the rest. */
export const maxIssues = 100;
const maxIssuesInMessage = 5;

/** The `input` of a valibot issue that stands for several. */
export class Several {
  readonly count: number;

  constructor(count: number) {
    this.count = count;
  }
}

/** An issue that stands for several. The count is private, to keep it out of JSON. */
class CountedIssue implements InputIssue {
  readonly path: string;
  readonly message: string;
  readonly #count: number;

  constructor({ path, message }: InputIssue, count: number) {
    this.path = path;
    this.message = message;
    this.#count = count;
  }

  static sum(issues: readonly InputIssue[]): number {
    return issues.reduce((sum, issue) => sum + (issue instanceof CountedIssue ? issue.#count : 1), 0);
  }
}

/** Converts the issues of valibot, and cuts the list. */
export function listIssues(found: readonly v.BaseIssue<unknown>[], root: string): InputIssue[] {
  return cutIssues(found.map((issue) => inputIssue(issue, root)));
}

/** Cuts a list of issues at `maxIssues`. */
export function cutIssues(issues: readonly InputIssue[]): InputIssue[] {
  const listed = issues.slice(0, maxIssues);
  const last = listed.at(-1);
  const more = CountedIssue.sum(issues.slice(maxIssues));
  if (last === undefined || more === 0) return listed;
  const message = `${last.message}; and ${more} more ${more === 1 ? "issue" : "issues"}`;
  return [...listed.slice(0, -1), new CountedIssue({ path: last.path, message }, CountedIssue.sum([last]) + more)];
}

/** Writes one sentence for all issues: `record.key1: expected a string, got a number; …; and 7 more`. */
export function summarize(issues: readonly InputIssue[]): string {
  const shown = issues.slice(0, maxIssuesInMessage).map(({ path, message }) => `${path}: ${message}`);
  const more = CountedIssue.sum(issues.slice(maxIssuesInMessage));
  return shown.join("; ") + (more > 0 ? `; and ${more} more` : "");
}

function inputIssue(issue: v.BaseIssue<unknown>, root: string): InputIssue {
  const { path, message, input } = meantIssue(issue);
  const entry = { path: pathText(path ?? [], root), message };
  return input instanceof Several ? new CountedIssue(entry, input.count) : entry;
}

/** The parts of a valibot issue that are reported. */
export type FoundIssue = Pick<v.BaseIssue<unknown>, "message" | "input" | "path">;

/** Replaces the issue of a union by the first specific issue of its options, which explains it best. */
export function meantIssue(issue: v.BaseIssue<unknown>): FoundIssue {
  const nested = issue.type === "union" ? (issue.issues ?? []) : [];
  const first = nested.find((inner) => inner.path !== undefined || inner.kind === "validation");
  if (first === undefined) return issue;
  const { message, input, path } = meantIssue(first);
  const [step, ...steps] = [...(issue.path ?? []), ...(path ?? [])];
  return { message, input, path: step && [step, ...steps] };
}

function pathText(path: readonly v.IssuePathItem[], root: string): string {
  let text = root;
  for (const { key } of path) text += typeof key === "number" ? `[${key}]` : pathStep(String(key));
  return text.startsWith(".") ? text.slice(1) : text;
}

const identifier = /^[$\w]+$/;

function pathStep(key: string): string {
  // An unknown name may be a misplaced value: only its beginning is shown.
  const shown = key.length > maxNameShown ? `${key.slice(0, maxNameShown)}…` : key;
  return identifier.test(shown) ? `.${shown}` : `[${JSON.stringify(shown)}]`;
}
