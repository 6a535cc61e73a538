import { Cipher } from "./crypto/cipher.ts";
import { passwordAdvice } from "./crypto/password-advice.ts";
import type { AttachmentData } from "./files/attachment-data.ts";
import type { AttachmentInput, AttachmentMetaInput } from "./files/input.ts";
import { PopClient } from "./http/pop-client.ts";
import { addAttachment } from "./operations/attachments/add-attachment.ts";
import { deleteAttachment } from "./operations/attachments/delete-attachment.ts";
import { getAttachmentFile } from "./operations/attachments/get-attachment-file.ts";
import { getAttachmentMeta } from "./operations/attachments/get-attachment-meta.ts";
import { updateAttachmentMeta } from "./operations/attachments/update-attachment-meta.ts";
import { createContext, type StorageContext } from "./operations/context.ts";
import { batchDelete, deleteRecord } from "./operations/records/delete.ts";
import { type FindResult, find, findOne } from "./operations/records/find.ts";
import { findAll } from "./operations/records/find-all.ts";
import { healthcheck } from "./operations/records/healthcheck.ts";
import { read } from "./operations/records/read.ts";
import { validate } from "./operations/records/validate.ts";
import { batchWrite, write } from "./operations/records/write.ts";
import { type MigrateOptions, type MigrateResult, migrate } from "./operations/rotation/migrate.ts";
import { type MigrateAllOptions, type MigrateProgress, migrateAll } from "./operations/rotation/migrate-all.ts";
import { migrateAttachments } from "./operations/rotation/migrate-attachments.ts";
import { configure, type StorageOptions } from "./options.ts";
import type { FindAllOptions, FindFilter, FindOptions } from "./records/filter/types.ts";
import type { AttachmentMeta, RecordInput, StorageRecord } from "./records/record.ts";
import type { RequestOptions } from "./request-options.ts";

/**
 * A Storage that was checked: its secrets were fetched, and every custom encryption was tried.
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
 * Personal data, kept in the country of its people. Records are sealed and their keys hashed before anything leaves this
 * machine. Every method rejects with a `StorageError`, or with the reason of the `signal` that it was given.
 */
export class Storage {
  readonly #context: StorageContext;

  /**
   * Checks the options; touches neither the network nor the secrets.
   *
   * @throws StorageConfigError
   */
  constructor(options: StorageOptions) {
    const configuration = configure(options);
    const { log } = configuration;
    const cipher = new Cipher(configuration.cipher, (secrets) => {
      for (const advice of passwordAdvice(secrets)) log.once("debug", advice);
    });
    this.#context = createContext(configuration, cipher, new PopClient(configuration));
  }

  /**
   * Fetches and checks the secrets, and tries every custom encryption with every key that is meant for it.
   *
   * @throws StorageConfigError, SecretsProviderError, SecretsValidationError
   */
  async validate(): Promise<void> {
    await validate(this.#context);
  }

  /**
   * Writes a record, or replaces the one of the same key.
   *
   * @throws InputValidationError before anything is sent; StorageServerError, StorageNetworkError.
   */
  async write(country: string, record: RecordInput, request?: RequestOptions): Promise<{ record: StorageRecord }> {
    return write(this.#context, { country, record, request });
  }

  /** Writes 1 to 100 records, all or none. Throws as `write` does. */
  async batchWrite(
    country: string,
    records: RecordInput[],
    request?: RequestOptions,
  ): Promise<{ records: StorageRecord[] }> {
    return batchWrite(this.#context, { country, records, request });
  }

  /**
   * Reads a record and opens it.
   *
   * @throws StorageServerError with `status` 404 where there is none; StorageCryptoError where it cannot be opened;
   * StorageIntegrityError where the PoP sent something else.
   */
  async read(country: string, recordKey: string, request?: RequestOptions): Promise<{ record: StorageRecord }> {
    return read(this.#context, { country, recordKey, request });
  }

  /** One page of the records that match, and an error for each of them that cannot be opened. */
  async find(
    country: string,
    filter?: FindFilter,
    options?: FindOptions,
    request?: RequestOptions,
  ): Promise<FindResult> {
    return find(this.#context, { country, filter, options, request });
  }

  /**
   * The first record that matches, or null.
   *
   * @throws StorageCryptoError where it cannot be opened.
   */
  async findOne(
    country: string,
    filter?: FindFilter,
    options?: Omit<FindOptions, "limit">,
    request?: RequestOptions,
  ): Promise<{ record: StorageRecord | null }> {
    return findOne(this.#context, { country, filter, options, request });
  }

  /**
   * Every record that matches, none of them twice. The next page is fetched while the caller works on this one.
   *
   * @example
   * ```ts
   * for await (const record of storage.findAll("de", { rangeKey1: { $gte: 19900101 } })) console.log(record.recordKey);
   * ```
   */
  findAll(
    country: string,
    filter?: FindFilter,
    options?: FindAllOptions,
    request?: RequestOptions,
  ): AsyncIterable<StorageRecord> {
    return findAll(this.#context, { country, filter, options, request });
  }

  /**
   * Deletes a record, and its attachments with it.
   *
   * @throws StorageServerError with `status` 404 where there is none.
   */
  async delete(country: string, recordKey: string, request?: RequestOptions): Promise<{ success: true }> {
    return deleteRecord(this.#context, { country, recordKey, request });
  }

  /** Deletes 1 to 100 records. */
  async batchDelete(country: string, recordKeys: string[], request?: RequestOptions): Promise<{ success: true }> {
    return batchDelete(this.#context, { country, recordKeys, request });
  }

  /**
   * Seals up to `limit` records anew, with the current secret, that another one sealed: the first page of them, as the
   * official SDKs do it. Call it until `totalLeft` is 0, or `migrated` is: then those of the first page are in `errors`, and it
   * gets no further. `migrateAll` does. Readable records are entries of `errors`, unless `encryptReadable` is
   * true.
   */
  async migrate(country: string, options?: MigrateOptions, request?: RequestOptions): Promise<MigrateResult> {
    return migrate(this.#context, { country, options, request });
  }

  /**
   * Rotates every record that matches and that another secret sealed, several pages at a time, and tells how far it has come.
   * It always ends. What fails to decrypt is reported and left as it is, and so is a readable record, which a PoP may have forged,
   * unless `encryptReadable` is true. A record that others change meanwhile is never overwritten where the PoP knows conditional
   * writes, and `unconditional` says where it does not.
   *
   * @throws StorageServerError if pagination makes no progress; what the requests and `getSecrets` throw.
   *
   * It can be stopped at any point, by leaving the loop or by the `signal`, and started again. Bodies are sealed anew, and
   * everything else comes through as it was, but for keys to search by where `normalizeKeys` or `hashSearchKeys` has changed:
   * they are hashed as the Storage now hashes. `recordKey` keeps its hash, under which the PoP keeps the record. Records from
   * before the envelope keep all their keys as they are: nothing in them tells the originals.
   *
   * @example
   * ```ts
   * for await (const { totalMigrated, total, errors = [] } of storage.migrateAll("de")) {
   *   console.log(`${totalMigrated} of ${total}`);
   *   for (const { error } of errors) console.warn(error.message);
   * }
   * ```
   */
  migrateAll(country: string, options?: MigrateAllOptions, request?: RequestOptions): AsyncIterable<MigrateProgress> {
    return migrateAll(this.#context, { country, options, request });
  }

  /**
   * Attaches a file of up to 100 MiB to a record. It is streamed where the runtime can, told of by `onProgress`, and found to
   * have arrived as it was sent. With `encrypt: true` it is sealed first: the PoP sees neither its bytes nor its name nor type.
   *
   * @throws InputValidationError before anything is sent; StorageServerError with `status` 409 where the record has a file of
   * that name, unless `upsert` is set; StorageIntegrityError where the PoP kept something else.
   */
  async addAttachment(
    country: string,
    recordKey: string,
    attachment: AttachmentInput,
    request?: RequestOptions,
  ): Promise<{ attachmentMeta: AttachmentMeta }> {
    return addAttachment(this.#context, { country, recordKey, attachment, request });
  }

  /**
   * Fetches an attachment, and opens it where it is sealed. Its bytes come as they are taken, and end with a
   * StorageIntegrityError where they are not those that were sent.
   */
  async getAttachmentFile(
    country: string,
    recordKey: string,
    fileId: string,
    request?: RequestOptions,
  ): Promise<{ attachmentData: AttachmentData }> {
    return getAttachmentFile(this.#context, { country, recordKey, fileId, request });
  }

  /** What is known of an attachment; of a sealed one its own name, type and size, which its first bytes tell. */
  async getAttachmentMeta(
    country: string,
    recordKey: string,
    fileId: string,
    request?: RequestOptions,
  ): Promise<{ attachmentMeta: AttachmentMeta }> {
    return getAttachmentMeta(this.#context, { country, recordKey, fileId, request });
  }

  /**
   * Gives an attachment another name, or another type.
   *
   * @throws InputValidationError for a sealed one: its name and type are sealed together with its bytes.
   */
  async updateAttachmentMeta(
    country: string,
    recordKey: string,
    fileId: string,
    meta: AttachmentMetaInput,
    request?: RequestOptions,
  ): Promise<{ attachmentMeta: AttachmentMeta }> {
    return updateAttachmentMeta(this.#context, { country, recordKey, fileId, meta, request });
  }

  /**
   * Deletes an attachment.
   *
   * @throws StorageServerError with `status` 404 where there is none.
   */
  async deleteAttachment(
    country: string,
    recordKey: string,
    fileId: string,
    request?: RequestOptions,
  ): Promise<{ success: true }> {
    return deleteAttachment(this.#context, { country, recordKey, fileId, request });
  }

  /**
   * Seals every attachment anew, with the current secret, that an older one sealed: streamed, a few at a time, each keeping its
   * `fileId`. The sums count files. It can be stopped at any time and started again; with `dryRun` it counts, and opens no more
   * of each file than its name.
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
    return migrateAttachments(this.#context, { country, options, request });
  }

  /** Whether the PoP of a country answers, and well. false: it answered, and not with 2xx. */
  async healthcheck(country: string, request?: RequestOptions): Promise<{ result: boolean }> {
    return healthcheck(this.#context, { country, request });
  }
}
