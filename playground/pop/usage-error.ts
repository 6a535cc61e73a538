import * as v from "valibot";
import { placesOf } from "./validation/parse.ts";

/** A fault of how the PoP was set up or started; the message says what to do. */
export class UsageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "UsageError";
  }
}

/** Parses what the PoP is set up with; throws a `UsageError` that names everything wrong. */
export function parseSetting<Output>(schema: v.GenericSchema<unknown, Output>, value: unknown, name: string): Output {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const faults = result.issues.flatMap((issue) => placesOf(issue, "it").map((place) => `${place} ${issue.message}`));
  throw new UsageError(`The setting ${name} is not usable: ${faults.join("; ")}.`);
}
