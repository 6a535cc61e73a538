import { createStorage } from "incountry-storage";
import type { Storages } from "./context.ts";
import { afterRotation, beforeRotation } from "./secrets.ts";

interface Tenant {
  readonly id: string;
  readonly apiKey: string;
}

/** Creates the Storages of the demo. */
export async function openStorages(
  endpoint: string,
  { people, directory }: { readonly people: Tenant; readonly directory: Tenant },
  fetch: typeof globalThis.fetch,
): Promise<Storages> {
  const peopleOptions = { endpoint, environmentId: people.id, apiKey: people.apiKey, fetch };
  const directoryOptions = { endpoint, environmentId: directory.id, apiKey: directory.apiKey, fetch };
  return {
    people: await createStorage({ ...peopleOptions, getSecrets: () => beforeRotation }),
    rotated: await createStorage({ ...peopleOptions, getSecrets: () => afterRotation }),
    directory: await createStorage({ ...directoryOptions, getSecrets: () => afterRotation, hashSearchKeys: false }),
  };
}
