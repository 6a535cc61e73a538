import { SignalLinks } from "./async/abort.ts";
import type { StorageContext } from "./calls/context.ts";
import { inputSchemas } from "./calls/input-schemas.ts";
import { configure } from "./configuration.ts";
import { Cipher } from "./crypto/cipher.ts";
import { passwordAdvice } from "./crypto/password-advice.ts";
import { RequestSender } from "./http/request-sender.ts";
import { batchDelete, deleteOne } from "./operations/records/delete.ts";
import { type FindResult, find, findOne } from "./operations/records/find.ts";
import { findAll } from "./operations/records/find-all.ts";
import { healthcheck } from "./operations/records/healthcheck.ts";
import { read } from "./operations/records/read.ts";
import { validate } from "./operations/records/validate.ts";
import { batchWrite, write } from "./operations/records/write.ts";
import type { StorageOptions } from "./options.ts";
import type { FindAllOptions, FindFilter, FindOptions } from "./records/filter/types.ts";
import type { RecordInput, StorageRecord } from "./records/record.ts";
import type { RequestOptions } from "./request-options.ts";

/** Gives `Storage`, and no one else, access to the context that a RecordStorage keeps private. */
export let contextOf: (storage: RecordStorage) => StorageContext;

/**
 * Creates a RecordStorage and validates it.
 *
 * @throws StorageConfigError, SecretsProviderError, SecretsValidationError
 */
export async function createRecordStorage(options: StorageOptions): Promise<RecordStorage> {
  const storage = new RecordStorage(options);
  await storage.validate();
  return storage;
}

/**
 * Stores records, each in its country. It lacks attachments and rotation, which makes the bundle of a page smaller. Records are
 * encrypted and their keys hashed on this machine. Every method rejects with a `StorageError`, or with the reason of its `signal`.
 */
export class RecordStorage {
  readonly #context: StorageContext;

  static {
    contextOf = (storage) => storage.#context;
  }

  /** Checks the options, without a request or a call of `getSecrets`. @throws StorageConfigError */
  constructor(options: StorageOptions) {
    const configuration = configure(options);
    const { log } = configuration;
    const cipher = new Cipher(configuration.cipher, (secrets) => {
      for (const advice of passwordAdvice(secrets)) log.once("debug", advice);
    });
    this.#context = {
      configuration,
      cipher,
      sender: new RequestSender(configuration),
      schemas: inputSchemas(configuration.keys),
      links: new SignalLinks(),
    };
  }

  /**
   * Fetches and checks the secrets, and tries every custom encryption with its keys.
   *
   * @throws StorageConfigError, SecretsProviderError, SecretsValidationError
   */
  async validate(): Promise<void> {
    await validate(this.#context);
  }

  /**
   * Writes a record, or replaces the record with the same key.
   *
   * @throws InputValidationError before anything is sent; StorageServerError, StorageNetworkError
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
   * Reads a record and decrypts it.
   *
   * @throws StorageServerError with `status` 404 if the record does not exist.
   * @throws StorageCryptoError if it fails to decrypt.
   * @throws StorageIntegrityError if the PoP sent another record, or changed it.
   */
  async read(country: string, recordKey: string, request?: RequestOptions): Promise<{ record: StorageRecord }> {
    return read(this.#context, { country, recordKey, request });
  }

  /** Returns one page of the records that match, decrypted; those that fail to decrypt are its `errors`. */
  async find(
    country: string,
    filter?: FindFilter,
    options?: FindOptions,
    request?: RequestOptions,
  ): Promise<FindResult> {
    return find(this.#context, { country, filter, options, request });
  }

  /** Returns the first record that matches, or null. @throws StorageCryptoError if it fails to decrypt */
  async findOne(
    country: string,
    filter?: FindFilter,
    options?: Omit<FindOptions, "limit">,
    request?: RequestOptions,
  ): Promise<{ record: StorageRecord | null }> {
    return findOne(this.#context, { country, filter, options, request });
  }

  /**
   * Yields every record that matches, once. The next page is fetched while the caller works on the current one.
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

  /** Deletes a record with its attachments. @throws StorageServerError with `status` 404 if the record does not exist */
  async delete(country: string, recordKey: string, request?: RequestOptions): Promise<{ success: true }> {
    return deleteOne(this.#context, { country, recordKey, request });
  }

  /** Deletes 1 to 100 records. */
  async batchDelete(country: string, recordKeys: string[], request?: RequestOptions): Promise<{ success: true }> {
    return batchDelete(this.#context, { country, recordKeys, request });
  }

  /** Checks that the PoP of a country responds. `result` is false if its status is not 2xx. @throws StorageNetworkError */
  async healthcheck(country: string, request?: RequestOptions): Promise<{ result: boolean }> {
    return healthcheck(this.#context, { country, request });
  }
}
