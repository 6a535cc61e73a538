import { fetchPage, type Page } from "../../api/records.ts";
import { inFlight } from "../../async/in-flight.ts";
import { keyringOf } from "../../attachments/record-call.ts";
import { resealFile, wouldReseal } from "../../attachments/reseal-file.ts";
import { attachmentsIn } from "../../attachments/stored-names.ts";
import type { Arguments } from "../../calls/arguments.ts";
import { type Call, performIteration, runPart } from "../../calls/call.ts";
import type { StorageContext } from "../../calls/context.ts";
import { prepareSearch } from "../../calls/search.ts";
import {
  InputValidationError,
  StorageConfigError,
  StorageCryptoError,
  StorageNetworkError,
  StorageServerError,
} from "../../errors.ts";
import { type FileKeyring, isSealedName } from "../../files/sealed/file-keyring.ts";
import { limits } from "../../limits.ts";
import { recordFields } from "../../records/fields.ts";
import type { FindError } from "../../records/filter/types.ts";
import type { AttachmentMeta } from "../../records/record.ts";
import type { ReceivedRecord } from "../../records/wire.ts";
import { visitPages } from "../../rotation/paginator.ts";
import type { MigrateProgress } from "../../rotation/progress.ts";
import { defaultConcurrency, type MigrateAllOptions, migrateAllOptionsSchema } from "./migrate-all.ts";

const operation = "migrateAttachments";

/** `Storage.migrateAttachments`: lists the sealed files of all records, then rotates them, a few at a time. */
export function migrateAttachments(
  storage: StorageContext,
  given: Arguments<"options">,
): AsyncIterableIterator<MigrateProgress, void, undefined> {
  const own = { options: migrateAllOptionsSchema(storage.schemas.filter) };
  return performIteration(storage, operation, own, given, async function* (call, { options }, stop) {
    // `onProgress` reports single transfers.
    const { onProgress: _, ...request } = call.request;
    const quiet = { ...call, request };
    yield* resealAll({ call: quiet, keyring: await runPart(quiet, checkedKeyring), options, stop });
  });
}

async function checkedKeyring(call: Call): Promise<FileKeyring> {
  if (call.storage.configuration.cipher.getSecrets === undefined) {
    throw new StorageConfigError(`${operation}() requires the option \`getSecrets\` of the Storage.`);
  }
  const keyring = await keyringOf(call);
  // Throws if the current secret cannot seal files, before any file is fetched.
  void keyring.currentVersion;
  return keyring;
}

interface Resealing {
  readonly call: Call;
  readonly keyring: FileKeyring;
  readonly options: MigrateAllOptions;
  readonly stop: () => void;
}

/** A sealed file at the PoP. */
interface StoredFile {
  readonly recordKeyHash: string;
  readonly meta: AttachmentMeta;
}

/** The outcome for one file. `left`: it is still under another secret. */
interface Outcome {
  readonly resealed: boolean;
  readonly left: boolean;
  readonly error?: FindError;
}

async function* resealAll(resealing: Resealing): AsyncGenerator<MigrateProgress, void, undefined> {
  const { call, options, stop } = resealing;
  const found = await findSealedFiles(resealing);
  const total = found.length;
  let [totalMigrated, totalLeft, reported] = [0, total, false];
  const tasks = found.map((file) => () => runPart(call, (part) => reseal(part, file, resealing)));
  for await (const { resealed, left, error } of inFlight(tasks, options.concurrency ?? defaultConcurrency, stop)) {
    const migrated = resealed ? 1 : 0;
    totalMigrated += migrated;
    if (!left) totalLeft -= 1;
    reported = resealed || error !== undefined;
    if (reported)
      yield { migrated, totalMigrated, totalLeft, total, ...(error === undefined ? {} : { errors: [error] }) };
  }
  if (!reported) yield { migrated: 0, totalMigrated, totalLeft, total };
}

async function findSealedFiles({ call, options, stop }: Resealing): Promise<StoredFile[]> {
  const { filter = {}, pageSize = limits.pageSize, concurrency = defaultConcurrency } = options;
  const search = prepareSearch(call, filter);
  const paginator = { search, fetchPage, recordsOf: ({ data }: Page) => data, pageSize, concurrency, stop };
  const { results } = await visitPages(paginator, async (_, { data }) => data.flatMap(sealedFilesOf));
  // A PoP may list a file twice.
  const found = new Map<string, StoredFile>();
  for await (const files of results) {
    for (const file of files) found.set(`${file.recordKeyHash} ${file.meta.fileId}`, file);
  }
  return [...found.values()];
}

function sealedFilesOf(record: ReceivedRecord): StoredFile[] {
  const recordKeyHash = String(record.fields[recordFields.recordKey.wire]);
  return attachmentsIn(record)
    .filter(({ fileName }) => isSealedName(fileName))
    .map((meta) => ({ recordKeyHash, meta }));
}

async function reseal(
  call: Call,
  { recordKeyHash, meta }: StoredFile,
  { keyring, options }: Resealing,
): Promise<Outcome> {
  try {
    const resealOrCheck = options.dryRun === true ? wouldReseal : resealFile;
    const outcome = await resealOrCheck({ ...call, recordKeyHash }, meta.fileId, keyring);
    return { resealed: outcome === "resealed", left: outcome === "busy" };
  } catch (cause) {
    const error = isErrorOfFile(cause) ? notRotated(cause) : cause;
    if (!(error instanceof StorageCryptoError)) throw error;
    return { resealed: false, left: true, error: { rawData: rawDataOf(call, recordKeyHash, meta), error } };
  }
}

/** True if the PoP refused this file and may accept others. */
function isErrorOfFile(error: unknown): boolean {
  if (error instanceof StorageNetworkError) return false;
  return error instanceof StorageServerError || error instanceof InputValidationError;
}

function notRotated(cause: unknown): StorageCryptoError {
  return new StorageCryptoError(
    "The encrypted file was not rotated: the PoP refused to send or to store it; see `cause`.",
    { cause },
  );
}

function rawDataOf({ country }: Call, recordKeyHash: string, meta: AttachmentMeta): Record<string, unknown> {
  return { country, record_key: recordKeyHash, file_id: meta.fileId, filename: meta.fileName, size: meta.size };
}
