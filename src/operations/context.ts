import * as v from "valibot";
import type { Cipher } from "../crypto/cipher.ts";
import { KeyHashing } from "../crypto/key-hashing.ts";
import { asStorageError, type InputIssue, InputValidationError } from "../errors.ts";
import type { PopClient } from "../http/pop-client.ts";
import { abortable } from "../http/retry.ts";
import type { Configuration } from "../options.ts";
import type { RequestOptions } from "../request-options.ts";
import { cutIssues, exactObject, parse, type SchemaOf, summarize } from "../validation.ts";
import { type InputSchemas, inputSchemas } from "./input-schemas.ts";

/** What every operation of one Storage works with. */
export interface StorageContext {
  readonly configuration: Configuration;
  readonly cipher: Cipher;
  readonly pop: PopClient;
  readonly schemas: InputSchemas;
}

export function createContext(configuration: Configuration, cipher: Cipher, pop: PopClient): StorageContext {
  return { configuration, cipher, pop, schemas: inputSchemas(configuration.keys) };
}

/**
 * Checks the arguments of a method, all of them at once.
 *
 * @throws InputValidationError
 */
export function checkInput<const Entries extends Record<string, SchemaOf<unknown>>>(
  operation: string,
  entries: Entries,
  input: { [Name in keyof Entries]: unknown },
): v.InferOutput<v.ObjectSchema<Entries, undefined>> {
  const parsed = parse(exactObject(entries), input, "");
  if (parsed.ok) return parsed.output;
  const issues = parsed.issues.some(({ path }) => path === "") ? issuesOfEach(entries, input) : parsed.issues;
  throw new InputValidationError(`${operation}() was not sent: ${summarize(issues)}.`, issues);
}

/** Checks each argument by itself: one that throws when it is looked at hides what is wrong with the others. */
function issuesOfEach(
  entries: Readonly<Record<string, SchemaOf<unknown>>>,
  input: Readonly<Record<string, unknown>>,
): readonly InputIssue[] {
  const issues = Object.entries(entries).flatMap(([name, entry]) => {
    const parsed = parse(entry, input[name], name);
    return parsed.ok ? [] : parsed.issues;
  });
  return cutIssues(issues);
}

/** Runs an operation: it ends as soon as the caller's signal is aborted, and throws nothing but a `StorageError` else. */
export async function run<Result>(request: RequestOptions, operation: () => Promise<Result>): Promise<Result> {
  const { signal } = request;
  if (signal?.aborted) throw signal.reason;
  try {
    return await abortable(operation(), signal);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw asStorageError(error);
  }
}

/** The key hashing of one operation. */
export function keyHashingOf({ configuration }: StorageContext): Promise<KeyHashing> {
  return KeyHashing.prepare(configuration.keys);
}

/** The path of a country's records on its PoP. */
export function recordsPath(country: string): string {
  return `/v2/storage/records/${country}`;
}
