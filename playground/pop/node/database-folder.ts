import { readdir, rename, rm } from "node:fs/promises";
import type { Kysely } from "kysely";
import { DamagedDatabase, unlessCode } from "../store/database-errors.ts";
import { createPGliteFolder, openPGliteInFolder } from "../store/pglite.ts";
import type { Tables } from "../store/schema.ts";
import { databaseTemplate } from "./database-template.ts";

/** The file that marks a folder as a database of PostgreSQL. */
const mark = "PG_VERSION";

/**
 * Opens the embedded database in a folder. Creates a new one in another folder and then renames that, so that a process killed
 * meanwhile leaves nothing that looks like a database.
 */
export async function openDatabaseFolder(folder: string): Promise<Kysely<Tables>> {
  const entries = (await unlessCode("ENOENT", readdir(folder))) ?? [];
  if (entries.length === 0) await create(folder);
  else if (!entries.includes(mark)) throw new DamagedDatabase(`The file ${mark} is missing.`);
  return openPGliteInFolder(folder);
}

async function create(folder: string): Promise<void> {
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  await createPGliteFolder(draft, await databaseTemplate());
  // Not every system can rename over an empty folder.
  await rm(folder, { recursive: true, force: true });
  await rename(draft, folder);
}
