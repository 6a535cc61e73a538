import { run, type StorageContext } from "../context.ts";

/** `Storage.validate`: fetches and checks the secrets, and tries every custom encryption. */
export async function validate({ cipher }: StorageContext): Promise<void> {
  await run({}, async () => {
    await cipher.validate();
  });
}
