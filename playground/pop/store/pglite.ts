import { PGlite, types } from "@electric-sql/pglite";
import { Kysely, PGliteDialect } from "kysely";
import { DamagedDatabase } from "./database-errors.ts";
import { parseInt64 } from "./int64.ts";
import type { Tables } from "./schema.ts";

/** An embedded PostgreSQL, kept in a folder or, without one, nowhere. */
export async function openPGlite(folder?: string): Promise<Kysely<Tables>> {
  const pglite = await start(folder);
  // A tenth of the default: enough to tell a key from a flag, and quick on a table of fifty columns.
  await pglite.exec("set default_statistics_target = 10");
  return new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });
}

async function start(folder: string | undefined): Promise<PGlite> {
  try {
    return await PGlite.create({
      ...(folder === undefined ? {} : { dataDir: folder }),
      parsers: { [types.INT8]: parseInt64 },
    });
  } catch (cause) {
    throw new DamagedDatabase({ cause });
  }
}
