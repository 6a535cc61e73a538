import { SecretsProviderError, SecretsValidationError, StorageCryptoError } from "../errors.ts";
import { type CheckedSecrets, checkSecrets, type SecretsInput } from "./secrets.ts";

/**
 * Calls the caller's `getSecrets` and checks the result.
 *
 * @throws StorageCryptoError without `getSecrets`, SecretsProviderError if it fails, SecretsValidationError if its
 * result is invalid.
 */
export async function fetchSecrets(
  getSecrets: (() => SecretsInput | Promise<SecretsInput>) | undefined,
): Promise<CheckedSecrets> {
  if (getSecrets === undefined) {
    throw new StorageCryptoError("The record is encrypted, and this Storage has no secrets: set getSecrets.");
  }
  let input: unknown;
  try {
    input = await getSecrets();
  } catch (cause) {
    throw new SecretsProviderError("getSecrets() failed; see `cause`.", { cause });
  }
  try {
    return checkSecrets(input);
  } catch (error) {
    if (error instanceof SecretsValidationError) throw error;
    throw new SecretsValidationError("getSecrets() returned a value that throws an error when it is read.");
  }
}
