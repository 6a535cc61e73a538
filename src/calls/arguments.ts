import type * as v from "valibot";
import { type InputIssue, InputValidationError } from "../errors.ts";
import type { RequestOptions } from "../request-options.ts";
import { cutIssues, exactObject, parse, type SchemaOf, summarize } from "../validation.ts";
import type { InputSchemas } from "./input-schemas.ts";

/** The schemas of the arguments that a method takes between the country and the request options. */
export type Entries = Readonly<Record<string, SchemaOf<unknown>>>;

/** The arguments of a method, unchecked. */
export type Arguments<Names extends PropertyKey = never> = { readonly country: unknown; readonly request: unknown } & {
  readonly [Name in Names]: unknown;
};

export interface CheckedArguments<Own extends Entries> {
  readonly country: string;
  readonly input: v.InferOutput<v.ObjectSchema<Own, undefined>>;
  readonly request: RequestOptions;
}

/** Checks all arguments of a method. @throws InputValidationError that lists every issue */
export function checkArguments<const Own extends Entries>(
  operation: string,
  { country, request }: InputSchemas,
  own: Own,
  given: Arguments<keyof Own>,
): CheckedArguments<Own> {
  const { country: givenCountry, request: givenRequest, ...rest } = given;
  const checked = checkEntries({ country, request }, { country: givenCountry, request: givenRequest });
  const input = checkEntries(own, rest);
  if (checked.ok && input.ok) return { ...checked.output, input: input.output };
  const issues = cutIssues([...(checked.ok ? [] : checked.issues), ...(input.ok ? [] : input.issues)]);
  throw new InputValidationError(`${operation}() was not sent: ${summarize(issues)}.`, issues);
}

type Checked<Output> =
  | { readonly ok: true; readonly output: Output }
  | { readonly ok: false; readonly issues: readonly InputIssue[] };

function checkEntries<const Own extends Entries>(
  entries: Own,
  given: Readonly<Record<string, unknown>>,
): Checked<v.InferOutput<v.ObjectSchema<Own, undefined>>> {
  const parsed = parse(exactObject(entries), given, "");
  if (parsed.ok || parsed.issues.every(({ path }) => path !== "")) return parsed;
  // An argument that throws when it is read hides the issues of the others: each is checked by itself.
  const issues = Object.entries(entries).flatMap(([name, entry]) => {
    const own = parse(entry, given[name], name);
    return own.ok ? [] : own.issues;
  });
  return { ok: false, issues };
}
