import { type SecretsData, Storage } from "incountry-storage";
import { object, parse, string } from "valibot";

const argumentsSchema = object({ url: string(), environmentId: string(), apiKey: string() });

/** The Storage of a process of these tests; its only argument describes the PoP. */
export function storageOfProcess(getSecrets: () => SecretsData): Storage {
  const { url, environmentId, apiKey } = parse(argumentsSchema, JSON.parse(process.argv[2] ?? "{}"));
  return new Storage({ endpoint: url, environmentId, apiKey, getSecrets });
}
