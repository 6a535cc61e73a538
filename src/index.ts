export type { AttachmentData } from "./files/attachment-data.ts";
export type { AttachmentInput, AttachmentMetaInput, FileInput } from "./files/input.ts";
export type { MigrateOptions } from "./operations/rotation/migrate.ts";
export type { MigrateAllOptions } from "./operations/rotation/migrate-all.ts";
export * from "./records-entry.ts";
export type { MigrateProgress, MigrateResult } from "./rotation/progress.ts";
export { createStorage, Storage } from "./storage.ts";
