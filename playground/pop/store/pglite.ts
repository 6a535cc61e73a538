import { PGlite, types } from "@electric-sql/pglite";
import { Kysely, PGliteDialect } from "kysely";
import { DamagedDatabase } from "./database-errors.ts";
import { parseInt64 } from "./int64.ts";
import type { Tables } from "./schema.ts";

/** What a new database is unpacked from, which takes a fraction of the time that PostgreSQL takes to make one. */
export type DatabaseTemplate = Blob;

/** An embedded PostgreSQL that is kept nowhere. */
export function openPGliteInMemory(template?: DatabaseTemplate): Promise<Kysely<Tables>> {
  return open(template === undefined ? {} : { loadDataDir: template });
}

/** An embedded PostgreSQL that is kept in a folder, which holds one already. */
export function openPGliteInFolder(folder: string): Promise<Kysely<Tables>> {
  return open({ dataDir: folder });
}

/** Makes an empty database in a folder, which is not there yet. */
export async function createPGliteFolder(folder: string, template?: DatabaseTemplate): Promise<void> {
  const pglite = await PGlite.create({ dataDir: folder, ...(template === undefined ? {} : { loadDataDir: template }) });
  await pglite.close();
}

async function open(place: { dataDir?: string; loadDataDir?: Blob }): Promise<Kysely<Tables>> {
  const pglite = await start(place);
  // A tenth of the default: enough to tell a key from a flag, and quick on a table of fifty columns.
  await pglite.exec("set default_statistics_target = 10");
  return new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });
}

async function start(place: { dataDir?: string; loadDataDir?: Blob }): Promise<PGlite> {
  try {
    return await PGlite.create({ ...place, parsers: { [types.INT8]: parseInt64 } });
  } catch (cause) {
    throw new DamagedDatabase({ cause });
  }
}
