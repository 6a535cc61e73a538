import { checkHealth } from "../../api/records.ts";
import type { Arguments } from "../../calls/arguments.ts";
import { perform } from "../../calls/call.ts";
import type { StorageContext } from "../../calls/context.ts";

/** `Storage.healthcheck`: checks that the PoP of a country responds. */
export function healthcheck(storage: StorageContext, given: Arguments): Promise<{ result: boolean }> {
  return perform(storage, "healthcheck", {}, given, async (call) => ({ result: await checkHealth(call) }));
}
