import { type Storage, type StorageOptions, StorageServerError } from "incountry-storage";
import { expect } from "vitest";
import { popStorage } from "../pop-storage.ts";
import type { Scripted } from "./scripted.ts";

/** Retries without delay, since waiting for a local server is pointless. */
export const atOnce = { timeout: 60_000, retryBaseDelay: 1, retryMaxDelay: 2 } as const;

/** A Storage whose PoP is behind the fault server. */
export function faultStorage({ url }: Pick<Scripted, "url">, options: Partial<StorageOptions> = {}): Storage {
  return popStorage({ endpoint: url, httpOptions: atOnce, ...options });
}

/** The error of a rejected promise; fails if the promise is fulfilled. */
export function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => expect.unreachable(`Fulfilled instead of rejected: ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
}

/** The same for a server error of the given class, with the details of the exchange. */
export async function serverError(
  promise: Promise<unknown>,
  expected: { name: string; method: string; url: string; status: number | undefined },
): Promise<StorageServerError> {
  const error = await rejection(promise);
  if (!(error instanceof StorageServerError)) return expect.unreachable(`Not a StorageServerError: ${String(error)}`);
  const { name, method, url, status } = error;
  expect({ name, method, url, status }).toStrictEqual(expected);
  return error;
}
