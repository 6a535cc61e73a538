/** The entry `incountry-storage/records`: records without attachments and rotation, for smaller bundles. */
export type { FileAdapter, FileSource, SaveOptions } from "./adapters/files.ts";
export type { FindMeta } from "./api/records.ts";
export type { CustomEncryptionConfig } from "./crypto/custom-encryption.ts";
export type { Secret, SecretsData, SecretsInput } from "./crypto/secrets.ts";
export {
  type InputIssue,
  InputValidationError,
  isStorageError,
  SecretsProviderError,
  SecretsValidationError,
  type ServerErrorDetail,
  StorageAuthenticationError,
  StorageClientError,
  StorageConfigError,
  StorageCryptoError,
  StorageError,
  type StorageErrorCode,
  type StorageErrorName,
  StorageIntegrityError,
  StorageNetworkError,
  StorageResidencyError,
  StorageServerError,
} from "./errors.ts";
export type { AuthEndpoints } from "./http/tokens.ts";
export type { Int64 } from "./json.ts";
export type { Logger, LogLevel } from "./logging.ts";
export type { FindResult } from "./operations/records/find.ts";
export type { HttpOptions, KeyReuseOptions, OAuthOptions, StorageOptions } from "./options.ts";
export { createRecordStorage, RecordStorage } from "./record-storage.ts";
export type {
  Comparisons,
  DateFilter,
  FindAllOptions,
  FindError,
  FindFilter,
  FindOptions,
  IntegerFilter,
  OptionalDateFilter,
  SortDirection,
  SortItem,
  StringFilter,
} from "./records/filter/types.ts";
export type { AttachmentMeta, RecordInput, StorageRecord } from "./records/record.ts";
export type { Progress, RequestOptions } from "./request-options.ts";
