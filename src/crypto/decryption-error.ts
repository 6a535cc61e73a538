import { StorageCryptoError } from "../errors.ts";

/**
 * The error of every failed decryption. It has one message and no cause: a forger must not learn which step failed, and
 * the error of a decoder may quote its input.
 */
export function cannotDecrypt(): StorageCryptoError {
  return new StorageCryptoError(
    "The ciphertext cannot be decrypted: it was damaged or altered, or encrypted with another secret of the same version.",
  );
}

/** Runs one step of a decryption. @throws StorageCryptoError, the same one for every failure. */
export async function uniformly<Result>(step: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await step();
  } catch {
    throw cannotDecrypt();
  }
}
