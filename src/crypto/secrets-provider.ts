import { SecretsProviderError, SecretsValidationError, StorageCryptoError } from "../errors.ts";
import { type CheckedSecrets, checkSecrets, type SecretsInput } from "./secrets.ts";

/**
 * Asks the caller's `getSecrets`, and checks what it gives.
 *
 * @throws StorageCryptoError where there is none; SecretsProviderError where it fails; SecretsValidationError where what it
 * gives cannot be used.
 */
export async function fetchSecrets(
  getSecrets: (() => SecretsInput | Promise<SecretsInput>) | undefined,
): Promise<CheckedSecrets> {
  if (getSecrets === undefined) {
    throw new StorageCryptoError("The record is encrypted, and this Storage has no secrets: give it getSecrets.");
  }
  let input: unknown;
  try {
    input = await getSecrets();
  } catch (cause) {
    throw new SecretsProviderError("getSecrets() failed: its own error is the cause.", { cause });
  }
  try {
    return checkSecrets(input);
  } catch (error) {
    if (error instanceof SecretsValidationError) throw error;
    throw new SecretsValidationError("getSecrets() returned something that throws an error when it is looked at.");
  }
}
