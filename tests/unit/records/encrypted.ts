import type { SecretsInput } from "incountry-storage";
import { Cipher } from "../../../src/crypto/cipher.ts";
import { defaultKeyReuse } from "../../../src/crypto/key-derivation.ts";

/** The ciphertext of a text, as the package encrypts an envelope: for bodies that a Storage would not write. */
export function encrypted(text: string, { getSecrets }: { getSecrets: () => SecretsInput }): Promise<string> {
  const cipher = new Cipher({ encrypt: true, getSecrets, customEncryptionConfigs: [], keyReuse: defaultKeyReuse });
  return cipher.forOperation().seal(text);
}
