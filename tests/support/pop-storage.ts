import { Storage, type StorageOptions } from "incountry-storage";
import { inject } from "vitest";

/** A Storage for the PoP that all runtimes share. */
export function popStorage(options: Partial<StorageOptions> = {}): Storage {
  const { url, environmentId, apiKey } = inject("pop");
  const credentials = options.oauth === undefined ? { apiKey } : {};
  return new Storage({
    environmentId,
    endpoint: url,
    getSecrets: () => "a password of the tests",
    ...credentials,
    ...options,
  });
}

/** A unique word: all tests and runtimes share one PoP. */
export function unique(word: string): string {
  return `${word}-${crypto.randomUUID()}`;
}
