import type { SecretsData } from "incountry-storage";
import { array, boolean, type InferOutput, number, object, optional, parse, string } from "valibot";

/** What this application keeps in its vault: the versions of its secret, in the form that `getSecrets` returns. */
const secretsSchema = object({
  currentVersion: number(),
  secrets: array(object({ secret: string(), version: number(), isKey: optional(boolean(), false) })),
});
/** The answer of HashiCorp Vault's key-value store, version 2. */
const answerSchema = object({ data: object({ data: secretsSchema }) });

export interface Vault {
  /** `https://vault.example:8200` */
  readonly address: string;
  /** Where the secrets are: `secret/data/incountry`. */
  readonly path: string;
  /** Asked for each time, since tokens are short-lived. */
  readonly token: () => string | Promise<string>;
  /** Milliseconds that an answer serves. A rotation is noticed that much later. */
  readonly keepFor: number;
}

/** Secrets out of a vault, over HTTP. An answer serves for a while, and for all calls that wait for it. */
export function secretsFromVault({ address, path, token, keepFor }: Vault): () => Promise<SecretsData> {
  let kept: { readonly secrets: Promise<SecretsData>; readonly until: number } | undefined;

  const fetchSecrets = async (): Promise<InferOutput<typeof secretsSchema>> => {
    const response = await fetch(`${address}/v1/${path}`, { headers: { "x-vault-token": await token() } });
    if (!response.ok) throw new Error(`The vault answered ${response.status}.`);
    return parse(answerSchema, await response.json()).data.data;
  };

  return () => {
    if (kept !== undefined && Date.now() < kept.until) return kept.secrets;
    const fetched = { secrets: fetchSecrets(), until: Date.now() + keepFor };
    kept = fetched;
    // A failure is not kept: the next call asks again.
    fetched.secrets.catch(() => {
      if (kept === fetched) kept = undefined;
    });
    return fetched.secrets;
  };
}
