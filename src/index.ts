export type { AttachmentData } from "./files/attachment-data.ts";
export type { AttachmentInput, AttachmentMetaInput, FileInput } from "./files/input.ts";
export type { MigrateOptions, MigrateResult } from "./operations/rotation/migrate.ts";
export type { MigrateAllOptions, MigrateProgress } from "./operations/rotation/migrate-all.ts";
export * from "./records-entry.ts";
export { createStorage, Storage } from "./storage.ts";
