import { InputValidationError, type StorageOptions } from "incountry-storage";
import { expect } from "vitest";
import { cannedPop } from "../canned-pop.ts";
import { rejection } from "../faults/fault-storage.ts";
import { callWith, storageWith } from "./call.ts";

/** The issues of a call's arguments, by path. The call must need nothing: no secret, no token, no PoP. */
export async function issuesOf(
  method: string,
  given: readonly unknown[],
  options: Partial<StorageOptions> = {},
): Promise<Readonly<Record<string, string>>> {
  const pop = cannedPop("OK");
  const effects: string[] = [];
  const storage = storageWith({
    environmentId: "refusals",
    endpoint: "https://pop.example",
    oauth: { token: () => `${effects.push("token")}` },
    getSecrets: () => `${effects.push("secrets")}`,
    fetch: pop.fetch,
    ...options,
  });
  const error = await rejection(callWith(storage, method, ...given));
  if (!(error instanceof InputValidationError)) {
    return expect.unreachable(`Not an InputValidationError: ${String(error)}`);
  }
  expect([...effects, ...pop.sent]).toStrictEqual([]);
  expect(error.message).toContain(`${method}() was not sent: `);
  for (const { path } of error.issues.slice(0, 5)) expect(error.message).toContain(`${path}: `);
  return Object.fromEntries(error.issues.map(({ path, message }) => [path, message]));
}
