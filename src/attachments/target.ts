import { isWellFormed } from "../encoding.ts";
import { StorageIntegrityError } from "../errors.ts";
import { maxFileIdLength } from "../files/input.ts";
import type { RecordIdentity } from "../files/sealed/file-keyring.ts";
import type { TransferSettings } from "../http/transfer.ts";
import { keyHashingOf, recordsPath, type StorageContext } from "../operations/context.ts";
import type { RequestOptions } from "../request-options.ts";

/** The record whose attachments an operation is about, and the operation itself. */
export interface Target {
  readonly context: StorageContext;
  /** The name of the method of Storage. */
  readonly operation: string;
  readonly country: string;
  readonly request: RequestOptions;
  readonly record: RecordIdentity;
  /** The path of the record. */
  readonly recordPath: string;
  /** The path of its attachments. */
  readonly path: string;
}

export async function targetOf(
  context: StorageContext,
  operation: string,
  { country, recordKey, request }: { country: string; recordKey: string; request: RequestOptions },
): Promise<Target> {
  const recordKeyHash = (await keyHashingOf(context)).hash(recordKey);
  return targetOfHash(context, operation, { country, recordKeyHash, request });
}

/**
 * The same if the key of the record is known hashed alone, as the PoP sent it.
 *
 * @throws StorageIntegrityError if it is none that a path can hold.
 */
export function targetOfHash(
  context: StorageContext,
  operation: string,
  { country, recordKeyHash, request }: { country: string; recordKeyHash: string; request: RequestOptions },
): Target {
  const recordPath = `${recordsPath(country)}/${segment(recordKeyHash)}`;
  const { environmentId } = context.configuration;
  const record = { environmentId, country, recordKeyHash };
  return { context, operation, country, request, record, recordPath, path: `${recordPath}/attachments` };
}

/** The path of one attachment. @throws StorageIntegrityError if its id, which the PoP chose, is none that a path can hold. */
export function filePath({ path }: Target, fileId: string): string {
  return `${path}/${segment(fileId)}`;
}

/** One step of a path. A URL takes `.` and `..` for steps back, however they are encoded, and drops an empty one. */
function segment(text: string): string {
  if (/^\.{0,2}$/.test(text) || text.length > maxFileIdLength || !isWellFormed(text)) {
    throw new StorageIntegrityError(
      "The PoP sent the id of an attachment or the key of a record that no address can hold: nothing was sent there.",
    );
  }
  return encodeURIComponent(text);
}

export function transferSettings({ pop, configuration }: StorageContext): TransferSettings {
  const { retry, log, fetch } = configuration;
  return { pop, retry, log, fetch };
}
