import { inFlight } from "../../async/in-flight.ts";
import { type Iteration, iterate } from "../../async/iterate.ts";
import { attachmentsIn } from "../../attachments/former-name.ts";
import { resealFile, wouldReseal } from "../../attachments/reseal-file.ts";
import { targetOfHash } from "../../attachments/target.ts";
import {
  InputValidationError,
  StorageConfigError,
  StorageCryptoError,
  StorageNetworkError,
  StorageServerError,
} from "../../errors.ts";
import { FileKeyring, isSealedName } from "../../files/sealed/file-keyring.ts";
import { limits, recordFields } from "../../records/fields.ts";
import type { FindError } from "../../records/filter/types.ts";
import type { AttachmentMeta } from "../../records/record.ts";
import type { ReceivedRecord } from "../../records/wire.ts";
import { walkPages } from "../../rotation/paginator.ts";
import { checkInput, run, type StorageContext } from "../context.ts";
import { fetchPage, type Page, prepareSearch, type Search } from "../records/find.ts";
import { type MigrateAllOptions, type MigrateProgress, migrateAllOptionsSchema } from "./migrate-all.ts";

const operation = "migrateAttachments";
const defaultConcurrency = 4;

/**
 * `Storage.migrateAttachments`: seals anew what an older secret sealed, file by file. It first looks through the records for
 * sealed files, of which it remembers where they are, and then takes them one after the other, a few at a time.
 */
export function migrateAttachments(
  context: StorageContext,
  input: { country: unknown; options: unknown; request: unknown },
): AsyncIterableIterator<MigrateProgress, void, undefined> {
  const { country: countrySchema, filter: filterSchema, request: requestSchema } = context.schemas;
  const entries = { country: countrySchema, options: migrateAllOptionsSchema(filterSchema), request: requestSchema };
  const check = () => checkInput(operation, entries, input);
  return iterate(check, async function* ({ country, options }, iteration) {
    // The progress of each transfer is not that of the whole.
    const { onProgress: _, ...quiet } = iteration.request;
    const { filter = {} } = options;
    const { search, keyring } = await run(iteration.request, async () => ({
      search: await prepareSearch(context, { operation, country, filter, request: quiet }),
      keyring: await keyringOf(context),
    }));
    yield* resealAll({ search, keyring, options, iteration });
  });
}

async function keyringOf({ configuration, cipher }: StorageContext): Promise<FileKeyring> {
  if (configuration.cipher.getSecrets === undefined) {
    throw new StorageConfigError(
      `${operation}() seals files anew, and this Storage has no secrets: give it getSecrets.`,
    );
  }
  const keyring = new FileKeyring(await cipher.forOperation().secrets());
  // Asked for now, so that a secret that cannot seal files is found out before any of them is fetched.
  void keyring.currentVersion;
  return keyring;
}

interface Resealing {
  readonly search: Search;
  readonly keyring: FileKeyring;
  readonly options: MigrateAllOptions;
  readonly iteration: Iteration;
}

/** A sealed file, where it is and what the PoP says of it. */
interface Found {
  /** Of its record. */
  readonly recordKeyHash: string;
  readonly meta: AttachmentMeta;
}

/** What became of one file, and whether it is left for another time. */
interface Outcome {
  readonly resealed: boolean;
  readonly left: boolean;
  readonly error?: FindError;
}

async function* resealAll(resealing: Resealing): AsyncGenerator<MigrateProgress, void, undefined> {
  const { options, iteration } = resealing;
  const found = await findSealedFiles(resealing);
  const total = found.length;
  let [totalMigrated, totalLeft, told] = [0, total, false];
  const tasks = found.map((file) => () => run(iteration.request, () => reseal(file, resealing)));
  const outcomes = inFlight(tasks, options.concurrency ?? defaultConcurrency, iteration.stop);
  for await (const { resealed, left, error } of outcomes) {
    const migrated = resealed ? 1 : 0;
    totalMigrated += migrated;
    if (!left) totalLeft -= 1;
    told = resealed || error !== undefined;
    if (told) yield { migrated, totalMigrated, totalLeft, total, ...(error === undefined ? {} : { errors: [error] }) };
  }
  if (!told) yield { migrated: 0, totalMigrated, totalLeft, total };
}

async function findSealedFiles({ search, options, iteration }: Resealing): Promise<Found[]> {
  const { pageSize = limits.pageSize, concurrency = defaultConcurrency } = options;
  const walk = { ...iteration, search, fetchPage, recordsOf: ({ data }: Page) => data, pageSize, concurrency };
  const { results } = await walkPages(walk, async ({ data }) => data.flatMap(sealedFilesOf));
  // A PoP may list a file more than once.
  const found = new Map<string, Found>();
  for await (const files of results) {
    for (const file of files) found.set(`${file.recordKeyHash} ${file.meta.fileId}`, file);
  }
  return [...found.values()];
}

function sealedFilesOf(record: ReceivedRecord): Found[] {
  const recordKeyHash = String(record.fields[recordFields.recordKey.wire]);
  return attachmentsIn(record)
    .filter(({ fileName }) => isSealedName(fileName))
    .map((meta) => ({ recordKeyHash, meta }));
}

async function reseal({ recordKeyHash, meta }: Found, { search, keyring, options }: Resealing): Promise<Outcome> {
  const { context, country, request } = search;
  try {
    const target = targetOfHash(context, operation, { country, recordKeyHash, request });
    const outcome = await (options.dryRun === true ? wouldReseal : resealFile)(target, meta.fileId, keyring);
    return { resealed: outcome === "resealed", left: outcome === "busy" };
  } catch (cause) {
    const error = isOfTheFile(cause) ? leftAsItIs(cause) : cause;
    if (!(error instanceof StorageCryptoError)) throw error;
    return { resealed: false, left: true, error: { rawData: rawDataOf(country, recordKeyHash, meta), error } };
  }
}

/** Whether an error says that the PoP does not give or take this one file, and nothing of the others. */
function isOfTheFile(error: unknown): boolean {
  if (error instanceof StorageNetworkError) return false;
  return error instanceof StorageServerError || error instanceof InputValidationError;
}

function leftAsItIs(cause: unknown): StorageCryptoError {
  return new StorageCryptoError(
    "The sealed file is left as it is: the PoP does not give it, or not take it sealed anew. See the cause.",
    { cause },
  );
}

/** Where the file is, for who wants to look at it. */
function rawDataOf(country: string, recordKeyHash: string, meta: AttachmentMeta): Record<string, unknown> {
  return { country, record_key: recordKeyHash, file_id: meta.fileId, filename: meta.fileName, size: meta.size };
}
