import type { Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { createRecords } from "./migrations/0001-records.ts";
import { createAttachments } from "./migrations/0002-attachments.ts";
import type { Tables } from "./schema.ts";

const migrations: Record<string, Migration> = {
  "0001-records": { up: createRecords },
  "0002-attachments": { up: createAttachments },
};

/** Brings the database to the newest schema. Several processes may do so at once: the migrator takes a lock. */
export async function migrate(database: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: () => Promise.resolve(migrations) },
    migrationTableName: "pop_migrations",
    migrationLockTableName: "pop_migrations_lock",
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
