import { Storage, StorageIntegrityError } from "incountry-storage";
import { counted, countriesWithRecords } from "./countries.ts";
import { addSecret, forgotten, keyProblem, type PageSecret, secrets } from "./secrets.ts";
import { untilLock } from "./session.ts";
import { optionsWith } from "./storages.ts";

/** Why a secret was not accepted; `surmised` where the visitor may know better. */
export interface Refusal {
  readonly problem: string;
  readonly surmised?: boolean;
}

/** Adds a secret under a new version, once the SDK has checked it. Gives what is wrong with it otherwise. */
export async function acceptSecret(added: PageSecret): Promise<Refusal | undefined> {
  const taken = versionProblem(added.version);
  if (taken !== undefined) return { problem: taken };
  return checkAndAdd(added);
}

/** What keeps a version from being a new one. A secret that is replaced would leave its records sealed for ever. */
export function versionProblem(version: number): string | undefined {
  const is = (known: { readonly version: number }): boolean => known.version === version;
  if (secrets.value.some(is)) return `There is a version ${version} already. Choose another number.`;
  if (forgotten.value.some(is)) return `Version ${version} is locked: unlock it, or choose another number.`;
  return undefined;
}

/** Takes back a secret that was forgotten. Unless the visitor insists, it has to open what is sealed with it. */
export async function unlock(given: PageSecret, insists: boolean): Promise<Refusal | undefined> {
  return checkAndAdd(given, async (signal) => (insists ? undefined : tryOnRecords(given, signal)));
}

async function checkAndAdd(
  given: PageSecret,
  trial: (signal: AbortSignal) => Promise<Refusal | undefined> = async () => undefined,
): Promise<Refusal | undefined> {
  const problem = given.kind === "key" ? keyProblem(given.secret) : undefined;
  if (problem !== undefined) return { problem };
  const session = untilLock();
  try {
    await storageWith(given).validate();
    const refusal = await trial(session);
    if (refusal !== undefined) return refusal;
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
  // A secret that was on its way when the page was locked is not to unlock it again.
  if (!session.aborted) addSecret(given);
  return undefined;
}

/** Tries a secret on records that its version seals. It is refused unless it opens one of them, or there are none. */
async function tryOnRecords(given: PageSecret, signal: AbortSignal): Promise<Refusal | undefined> {
  const storage = storageWith(given);
  let tried = 0;
  for (const country of countriesWithRecords.value) {
    const { records, errors = [] } = await storage.find(
      country,
      { version: given.version },
      { limit: sample },
      { signal },
    );
    // What is refused for what is in it was opened before.
    const opened = errors.filter(({ error }) => error instanceof StorageIntegrityError).length;
    const sealed = records.filter(({ isEncrypted }) => isEncrypted !== false).length;
    if (opened + sealed > 0) return undefined;
    tried += errors.length;
  }
  if (tried > 0) {
    return { problem: `This does not open the records sealed with version ${given.version}.`, surmised: true };
  }
  return counted.value ? undefined : { problem: untried, surmised: true };
}

/** No record was found, and that may be because it is not known yet where to look. */
const untried =
  "This could not be tried yet: the PoP has not told which countries hold records. Try again in a moment.";

/** Records of each country that a secret is tried on: one of them may be another program's, sealed with its own secret. */
const sample = 3;

function storageWith({ version, kind, secret }: PageSecret): Storage {
  return new Storage(optionsWith({ currentVersion: version, secrets: [{ version, secret, isKey: kind === "key" }] }));
}
