import { PGlite, types } from "@electric-sql/pglite";
import { Kysely, PGliteDialect } from "kysely";
import { DamagedDatabase } from "./database-errors.ts";
import { parseInt64, type Tables } from "./schema.ts";

/** An archive of a database with empty tables: unpacking it is several times as fast as PostgreSQL's initdb. */
export type DatabaseTemplate = Blob;

export function openPGliteInMemory(template?: DatabaseTemplate): Promise<Kysely<Tables>> {
  return open(template === undefined ? {} : { loadDataDir: template });
}

export function openPGliteInFolder(folder: string): Promise<Kysely<Tables>> {
  return open({ dataDir: folder });
}

/** Creates a database in a new folder: a copy of the template, or else one without tables. */
export async function createPGliteFolder(folder: string, template?: DatabaseTemplate): Promise<void> {
  const pglite = await PGlite.create({ dataDir: folder, ...(template === undefined ? {} : { loadDataDir: template }) });
  await pglite.close();
}

async function open(place: { dataDir?: string; loadDataDir?: Blob }): Promise<Kysely<Tables>> {
  const pglite = await start(place);
  // A tenth of the default: enough to tell a key from a flag, and fast on a table of fifty columns.
  await pglite.exec("set default_statistics_target = 10");
  return new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });
}

async function start(place: { dataDir?: string; loadDataDir?: Blob }): Promise<PGlite> {
  try {
    return await PGlite.create({ ...place, parsers: { [types.INT8]: parseInt64 } });
  } catch (cause) {
    throw new DamagedDatabase("The embedded database does not start.", { cause });
  }
}
