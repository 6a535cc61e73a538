import type { TransferSettings } from "../http/transfer.ts";
import { hashersOf, recordsPath, type StorageContext } from "../operations/context.ts";
import type { RequestOptions } from "../request-options.ts";
import type { RecordIdentity } from "./sealed/file-keyring.ts";

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

export function targetOf(
  context: StorageContext,
  operation: string,
  { country, recordKey, request }: { country: string; recordKey: string; request: RequestOptions },
): Target {
  const recordKeyHash = hashersOf(context.configuration).write(recordKey);
  return targetOfHash(context, operation, { country, recordKeyHash, request });
}

/** The same where the key of the record is known hashed alone. */
export function targetOfHash(
  context: StorageContext,
  operation: string,
  { country, recordKeyHash, request }: { country: string; recordKeyHash: string; request: RequestOptions },
): Target {
  const recordPath = `${recordsPath(country)}/${encodeURIComponent(recordKeyHash)}`;
  const { environmentId } = context.configuration;
  const record = { environmentId, country, recordKeyHash };
  return { context, operation, country, request, record, recordPath, path: `${recordPath}/attachments` };
}

/** The path of one attachment. */
export function filePath({ path }: Target, fileId: string): string {
  return `${path}/${encodeURIComponent(fileId)}`;
}

export function transferSettings({ pop, configuration }: StorageContext): TransferSettings {
  const { retry, log, fetch } = configuration;
  return { pop, retry, log, fetch };
}
