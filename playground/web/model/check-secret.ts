import { Storage, StorageIntegrityError } from "incountry-storage";
import { countriesWithRecords, isCounted } from "./countries.ts";
import { addSecret, keyProblem, lockedVersions, type PageSecret, secrets } from "./secrets.ts";
import { lockSignal } from "./session.ts";
import { optionsWith } from "./storages.ts";

/** Why a secret was not accepted. */
export interface Rejection {
  readonly problem: string;
  /** True if the visitor may use the secret anyway. */
  readonly overridable?: boolean;
}

/** Checks a secret with the SDK and adds it under a new version. Returns the problem if there is one. */
export async function checkNewSecret(added: PageSecret): Promise<Rejection | undefined> {
  const problem = versionProblem(added.version);
  return problem === undefined ? checkAndAdd(added) : { problem };
}

/** Rejects versions that exist: records encrypted with a replaced secret could not be decrypted any more. */
export function versionProblem(version: number): string | undefined {
  const matches = (known: { readonly version: number }): boolean => known.version === version;
  if (secrets.value.some(matches)) return `Version ${version} already exists. Choose another number.`;
  if (lockedVersions.value.some(matches)) return `Version ${version} is locked. Unlock it, or choose another number.`;
  return undefined;
}

/** Adds a locked secret again. Without `force`, it has to decrypt records of its version. */
export async function unlock(given: PageSecret, force: boolean): Promise<Rejection | undefined> {
  return checkAndAdd(given, async (signal) => (force ? undefined : checkOnRecords(given, signal)));
}

async function checkAndAdd(
  given: PageSecret,
  check: (signal: AbortSignal) => Promise<Rejection | undefined> = async () => undefined,
): Promise<Rejection | undefined> {
  const problem = given.kind === "key" ? keyProblem(given.secret) : undefined;
  if (problem !== undefined) return { problem };
  const session = lockSignal();
  try {
    await storageWith(given).validate();
    const rejection = await check(session);
    if (rejection !== undefined) return rejection;
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
  // A check that ends after the page was locked must not unlock it.
  if (!session.aborted) addSecret(given);
  return undefined;
}

/** Accepts a secret that decrypts at least one record of its version, or if there are no such records. */
async function checkOnRecords(given: PageSecret, signal: AbortSignal): Promise<Rejection | undefined> {
  const storage = storageWith(given);
  let failed = 0;
  for (const country of countriesWithRecords.value) {
    const filter = { version: given.version };
    const { records, errors = [] } = await storage.find(country, filter, { limit: sampleSize }, { signal });
    // A record that fails the integrity check was decrypted first.
    const decrypted = errors.some(({ error }) => error instanceof StorageIntegrityError);
    if (decrypted || records.some(({ isEncrypted }) => isEncrypted !== false)) return undefined;
    failed += errors.length;
  }
  if (failed > 0) {
    return { problem: `This secret does not decrypt the records of version ${given.version}.`, overridable: true };
  }
  return isCounted.value ? undefined : { problem: countsMissing, overridable: true };
}

const countsMissing = "This secret could not be checked yet: the record counts are not loaded. Try again in a moment.";

/** Records per country. More than one, since other programs may have written some with a secret of their own. */
const sampleSize = 3;

function storageWith({ version, kind, secret }: PageSecret): Storage {
  return new Storage(optionsWith({ currentVersion: version, secrets: [{ version, secret, isKey: kind === "key" }] }));
}
