import type { SecretsData } from "incountry-storage";
import { array, boolean, type InferOutput, number, object, optional, parse, string } from "valibot";

/** The secrets in the vault, as `getSecrets` returns them. */
const secretsSchema = object({
  currentVersion: number(),
  secrets: array(object({ secret: string(), version: number(), isKey: optional(boolean(), false) })),
});
/** A response of HashiCorp Vault's key-value store, version 2. */
const responseSchema = object({ data: object({ data: secretsSchema }) });

export interface Vault {
  /** `https://vault.example:8200` */
  readonly address: string;
  /** The path of the secrets, such as `secret/data/incountry`. */
  readonly path: string;
  /** Called for each request, since tokens are short-lived. */
  readonly token: () => string | Promise<string>;
  /** Milliseconds to cache a response. A rotation takes effect after this time. */
  readonly keepFor: number;
}

/** Returns a `getSecrets` that fetches secrets from a vault and caches the response. Concurrent calls share a request. */
export function secretsFromVault({ address, path, token, keepFor }: Vault): () => Promise<SecretsData> {
  let cached: { readonly secrets: Promise<SecretsData>; readonly until: number } | undefined;

  const fetchSecrets = async (): Promise<InferOutput<typeof secretsSchema>> => {
    const response = await fetch(`${address}/v1/${path}`, { headers: { "x-vault-token": await token() } });
    if (!response.ok) throw new Error(`The vault returned ${response.status}.`);
    return parse(responseSchema, await response.json()).data.data;
  };

  return () => {
    if (cached !== undefined && Date.now() < cached.until) return cached.secrets;
    const fetched = { secrets: fetchSecrets(), until: Date.now() + keepFor };
    cached = fetched;
    // A failure is not cached.
    fetched.secrets.catch(() => {
      if (cached === fetched) cached = undefined;
    });
    return fetched.secrets;
  };
}
