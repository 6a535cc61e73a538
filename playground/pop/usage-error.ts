import * as v from "valibot";
import { pathsOf } from "./validation/parse.ts";

/** An invalid option or an unusable environment; the message says what to do. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Parses an option; throws a `UsageError` that lists every issue. */
export function parseSetting<Output>(schema: v.GenericSchema<unknown, Output>, value: unknown, name: string): Output {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const issues = result.issues.flatMap((issue) => pathsOf(issue, "it").map((path) => `${path} ${issue.message}`));
  throw new UsageError(`The setting ${name} is invalid: ${issues.join("; ")}.`);
}
