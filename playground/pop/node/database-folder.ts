import { readdir, rename, rm } from "node:fs/promises";
import type { Kysely } from "kysely";
import { codeOf, DamagedDatabase } from "../store/database-errors.ts";
import { createPGliteFolder, openPGliteInFolder } from "../store/pglite.ts";
import type { Tables } from "../store/schema.ts";
import { databaseTemplate } from "./database-template.ts";

/** The file by which PostgreSQL knows a folder of its own. */
const mark = "PG_VERSION";

/**
 * Opens the embedded database in a folder. A new one is made beside it and renamed when it is whole, so that a process that is
 * killed at that leaves nothing which looks like a database.
 */
export async function openDatabaseFolder(folder: string): Promise<Kysely<Tables>> {
  const entries = await entriesOf(folder);
  if (entries.length === 0) await create(folder);
  else if (!entries.includes(mark)) throw new DamagedDatabase({ cause: new Error(`The file ${mark} is gone.`) });
  return openPGliteInFolder(folder);
}

async function create(folder: string): Promise<void> {
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  await createPGliteFolder(draft, await databaseTemplate());
  // An empty one may be there, which not every system renames over.
  await rm(folder, { recursive: true, force: true });
  await rename(draft, folder);
}

/** None where it is not there. */
async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}
