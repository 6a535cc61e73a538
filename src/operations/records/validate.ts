import { run } from "../../calls/call.ts";
import type { StorageContext } from "../../calls/context.ts";

/** `Storage.validate`: fetches and checks the secrets, and tries every custom encryption. */
export async function validate(storage: StorageContext): Promise<void> {
  await run(storage, {}, () => storage.cipher.validate());
}
