import type { AttachmentData } from "./files/attachment-data.ts";
import type { AttachmentInput, AttachmentMetaInput } from "./files/input.ts";
import { addAttachment } from "./operations/attachments/add-attachment.ts";
import { deleteAttachment } from "./operations/attachments/delete-attachment.ts";
import { getAttachmentFile } from "./operations/attachments/get-attachment-file.ts";
import { getAttachmentMeta } from "./operations/attachments/get-attachment-meta.ts";
import { updateAttachmentMeta } from "./operations/attachments/update-attachment-meta.ts";
import { type MigrateOptions, migrate } from "./operations/rotation/migrate.ts";
import { type MigrateAllOptions, migrateAll } from "./operations/rotation/migrate-all.ts";
import { migrateAttachments } from "./operations/rotation/migrate-attachments.ts";
import type { StorageOptions } from "./options.ts";
import { contextOf, RecordStorage } from "./record-storage.ts";
import type { AttachmentMeta } from "./records/record.ts";
import type { RequestOptions } from "./request-options.ts";
import type { MigrateProgress, MigrateResult } from "./rotation/progress.ts";

/**
 * Creates a Storage and validates it: fetches its secrets and tries every custom encryption.
 *
 * @throws StorageConfigError, SecretsProviderError, SecretsValidationError
 * @example
 * ```ts
 * import { createStorage } from "incountry-storage";
 *
 * const storage = await createStorage({
 *   environmentId: "playground",
 *   apiKey: "playground-key",
 *   endpoint: "http://127.0.0.1:4750",
 *   getSecrets: () => "a long and random password",
 * });
 * await storage.write("de", { recordKey: "passport-1", body: "C01X00T47" });
 * ```
 */
export async function createStorage(options: StorageOptions): Promise<Storage> {
  const storage = new Storage(options);
  await storage.validate();
  return storage;
}

/**
 * Stores records and files, each in its country. Records are encrypted and their keys hashed on this machine. Every
 * method rejects with a `StorageError`, or with the reason of its `signal`.
 */
export class Storage extends RecordStorage {
  /**
   * Rotates up to `limit` records: those under another secret are encrypted with the current one. It takes the first page of them,
   * as the official SDKs do. Call it until `totalLeft` is 0. If `migrated` is 0 before that, all records of the first page are in
   * `errors`, and only `migrateAll` gets past them. A readable record is an entry of `errors`, unless `encryptReadable` is true.
   */
  async migrate(country: string, options?: MigrateOptions, request?: RequestOptions): Promise<MigrateResult> {
    return migrate(contextOf(this), { country, options, request });
  }

  /**
   * Rotates every record that matches and is under another secret, several pages at a time, and reports its progress. Records that
   * fail to decrypt are reported and stay as they are. The same holds for readable records, which a PoP may have forged, unless
   * `encryptReadable` is true. Changes that other clients make meanwhile are kept if the PoP supports conditional writes; if not,
   * the progress has `unconditional: true`.
   *
   * It can be stopped at any time, by leaving the loop or by the `signal`, and started again. It encrypts bodies again, and hashes
   * keys again if `normalizeKeys` or `hashSearchKeys` has changed, except for `recordKey`, which is the address of the record. The
   * first SDKs stored no copy of the keys in the body: such records keep the hashes of their keys.
   *
   * @throws StorageServerError if pagination makes no progress; the errors of requests and of `getSecrets`
   * @example
   * ```ts
   * for await (const { totalMigrated, total, errors = [] } of storage.migrateAll("de")) {
   *   console.log(`${totalMigrated} of ${total}`);
   *   for (const { error } of errors) console.warn(error.message);
   * }
   * ```
   */
  migrateAll(country: string, options?: MigrateAllOptions, request?: RequestOptions): AsyncIterable<MigrateProgress> {
    return migrateAll(contextOf(this), { country, options, request });
  }

  /**
   * Attaches a file of up to 100 MiB to a record. Streams if the runtime supports it, reports `onProgress`, and verifies the stored
   * size and SHA-256. With `encrypt: true` the file is encrypted first: the PoP sees neither its bytes nor its name nor its type.
   *
   * @throws InputValidationError before anything is sent.
   * @throws StorageServerError with `status` 409 if the record has a file of that name and `upsert` is false.
   * @throws StorageIntegrityError if the PoP stored other bytes.
   */
  async addAttachment(
    country: string,
    recordKey: string,
    attachment: AttachmentInput,
    request?: RequestOptions,
  ): Promise<{ attachmentMeta: AttachmentMeta }> {
    return addAttachment(contextOf(this), { country, recordKey, attachment, request });
  }

  /**
   * Fetches an attachment, and decrypts it if it is encrypted. Its bytes are fetched as they are read; reading ends with a
   * StorageIntegrityError if they are not those that were sent.
   */
  async getAttachmentFile(
    country: string,
    recordKey: string,
    fileId: string,
    request?: RequestOptions,
  ): Promise<{ attachmentData: AttachmentData }> {
    return getAttachmentFile(contextOf(this), { country, recordKey, fileId, request });
  }

  /** Reads the metadata of an attachment. If it is encrypted, decrypts its name, type and size from its first bytes. */
  async getAttachmentMeta(
    country: string,
    recordKey: string,
    fileId: string,
    request?: RequestOptions,
  ): Promise<{ attachmentMeta: AttachmentMeta }> {
    return getAttachmentMeta(contextOf(this), { country, recordKey, fileId, request });
  }

  /**
   * Changes the name or the type of an attachment.
   *
   * @throws InputValidationError if the attachment is encrypted: its name and type are encrypted with its bytes.
   */
  async updateAttachmentMeta(
    country: string,
    recordKey: string,
    fileId: string,
    meta: AttachmentMetaInput,
    request?: RequestOptions,
  ): Promise<{ attachmentMeta: AttachmentMeta }> {
    return updateAttachmentMeta(contextOf(this), { country, recordKey, fileId, meta, request });
  }

  /** Deletes an attachment. @throws StorageServerError with `status` 404 if it does not exist */
  async deleteAttachment(
    country: string,
    recordKey: string,
    fileId: string,
    request?: RequestOptions,
  ): Promise<{ success: true }> {
    return deleteAttachment(contextOf(this), { country, recordKey, fileId, request });
  }

  /**
   * Rotates encrypted attachments: those under another secret are encrypted with the current one, streamed, a few at a time. Each
   * keeps its `fileId`. The progress counts files. It can be stopped at any time and started again; with `dryRun` it only counts.
   *
   * @example
   * ```ts
   * for await (const { totalMigrated, total, errors = [] } of storage.migrateAttachments("de")) {
   *   console.log(`${totalMigrated} of ${total} files`, errors.length);
   * }
   * ```
   */
  migrateAttachments(
    country: string,
    options?: MigrateAllOptions,
    request?: RequestOptions,
  ): AsyncIterable<MigrateProgress> {
    return migrateAttachments(contextOf(this), { country, options, request });
  }
}
