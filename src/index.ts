export type { FileAdapter, FileSource, SaveOptions } from "./adapters/files.ts";
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
export type { AttachmentData } from "./files/attachment-data.ts";
export type { AttachmentInput, AttachmentMetaInput, FileInput } from "./files/input.ts";
export type { Int64 } from "./json.ts";
export type { Logger, LogLevel } from "./logging.ts";
export type { FindMeta, FindResult } from "./operations/records/find.ts";
export type { MigrateOptions, MigrateResult } from "./operations/rotation/migrate.ts";
export type { MigrateAllOptions, MigrateProgress } from "./operations/rotation/migrate-all.ts";
export type { AuthEndpoints, HttpOptions, KeyReuseOptions, OAuthOptions, StorageOptions } from "./options.ts";
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
export { createStorage, Storage } from "./storage.ts";
