import * as v from "valibot";
import { parseSetting } from "./usage-error.ts";
import { exactObject } from "./validation/parse.ts";
import { plainText } from "./validation/values.ts";

const identifier = v.pipe(
  plainText,
  v.nonEmpty("must not be empty"),
  v.maxLength(256, "must have at most 256 characters"),
  v.regex(/^[\x21-\x7e]+$/, "must be ASCII without spaces, as it travels in a header"),
);

/** RFC 7617, section 2: the first colon ends it. */
const userId = v.pipe(identifier, v.regex(/^[^:]*$/, "must not hold a colon"));

const environmentSchema = exactObject({
  id: identifier,
  clientId: userId,
  clientSecret: identifier,
  apiKey: identifier,
});

/** A tenant of the PoP, with its credentials. */
export type Environment = Readonly<v.InferOutput<typeof environmentSchema>>;

/** At least one environment; ids and credentials are unique. */
const environmentsSchema: v.GenericSchema<unknown, readonly Environment[]> = v.pipe(
  v.array(environmentSchema, "must be a list"),
  v.minLength(1, "must hold at least one environment"),
  v.check((list) => unique(list, "id"), "must not hold the same id twice"),
  v.check((list) => unique(list, "clientId"), "must not hold the same clientId twice"),
  v.check((list) => unique(list, "apiKey"), "must not hold the same apiKey twice"),
);

function unique(list: readonly Environment[], property: keyof Environment): boolean {
  return new Set(list.map((environment) => environment[property])).size === list.length;
}

/** The default environment. Its credentials are public; use it on a local machine only. */
export const defaultEnvironment: Environment = {
  id: "playground",
  clientId: "playground-client",
  clientSecret: "playground-secret",
  apiKey: "playground-key",
};

/** Parses a list of environments; throws a `UsageError` if it is invalid. */
export function parseEnvironments(value: unknown): readonly Environment[] {
  return parseSetting(environmentsSchema, value, "environments");
}
