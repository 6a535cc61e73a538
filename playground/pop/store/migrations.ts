import type { Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { createRecords } from "./migrations/0001-records.ts";
import { createAttachments } from "./migrations/0002-attachments.ts";
import type { Tables } from "./schema.ts";

/** In the order of their names. A released migration never changes: a new field of the record is a new migration. */
export const migrations: Readonly<Record<string, Migration>> = {
  "0001-records": { up: createRecords },
  "0002-attachments": { up: createAttachments },
};

/** Runs the migrations that a database lacks. Several processes may do so at once: the migrator takes a lock. */
export async function migrate(database: Kysely<Tables>, known = migrations): Promise<void> {
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: () => Promise.resolve(known) },
    migrationTableName: "pop_migrations",
    migrationLockTableName: "pop_migrations_lock",
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
