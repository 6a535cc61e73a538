import { createStorage } from "incountry-storage";
import type { Storages } from "./context.ts";
import { afterRotation, beforeRotation } from "./secrets.ts";

interface Tenant {
  readonly id: string;
  readonly apiKey: string;
}

/** The clients of the demo. */
export async function openStorages(
  endpoint: string,
  { people, directory }: { readonly people: Tenant; readonly directory: Tenant },
  fetch: typeof globalThis.fetch,
): Promise<Storages> {
  const ofPeople = { endpoint, environmentId: people.id, apiKey: people.apiKey, fetch };
  const ofDirectory = { endpoint, environmentId: directory.id, apiKey: directory.apiKey, fetch };
  return {
    people: await createStorage({ ...ofPeople, getSecrets: () => beforeRotation }),
    rotated: await createStorage({ ...ofPeople, getSecrets: () => afterRotation }),
    directory: await createStorage({ ...ofDirectory, getSecrets: () => afterRotation, hashSearchKeys: false }),
  };
}
