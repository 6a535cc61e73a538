import { isStorageError, StorageCryptoError, StorageIntegrityError } from "../errors.ts";
import { matchesFilter, matchesUnset } from "./filter/match.ts";
import type { FindError } from "./filter/types.ts";
import { type OpenedRecord, openRecord, type RecordOpening } from "./open.ts";
import type { ReceivedRecord } from "./wire.ts";

/** A decrypted record, and what the PoP sent for it. */
export type OpenedFromPage = OpenedRecord & { readonly received: ReceivedRecord };

export interface OpenedPage {
  readonly records: readonly OpenedFromPage[];
  readonly errors: FindError[];
}

/**
 * Decrypts the records of a page, and checks that they match the filter. Failures of single records become errors.
 *
 * @throws errors that are not the fault of a record, such as one of `getSecrets`.
 */
export async function openPage(
  page: readonly ReceivedRecord[],
  filter: Readonly<Record<string, unknown>>,
  opening: RecordOpening,
): Promise<OpenedPage> {
  const results = await Promise.all(page.map((received) => openOne(received, filter, opening)));
  const records: OpenedFromPage[] = [];
  const errors: FindError[] = [];
  for (const result of results) {
    if ("error" in result) errors.push(result);
    else records.push(result);
  }
  return { records, errors };
}

async function openOne(
  received: ReceivedRecord,
  filter: Readonly<Record<string, unknown>>,
  opening: RecordOpening,
): Promise<OpenedFromPage | FindError> {
  try {
    if (!matchesFilter(received.fields, filter)) throw noMatch();
    const opened = await openRecord(received, opening);
    if (!matchesUnset(opened.record, filter)) throw noMatch();
    return { ...opened, received };
  } catch (error) {
    return { rawData: received.raw, error: errorOfRecord(error) };
  }
}

/** Returns the error of one record. @throws the error if it is not the fault of the record. */
export function errorOfRecord(error: unknown): StorageCryptoError {
  if (error instanceof StorageCryptoError) return error;
  if (isStorageError(error)) throw error;
  return new StorageCryptoError("Unexpected error at one record; see `cause`.", { cause: error });
}

function noMatch(): StorageIntegrityError {
  return new StorageIntegrityError("The PoP sent a record that does not match the filter.");
}
