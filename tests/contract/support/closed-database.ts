import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";

/** The only row that a query returns from the database of a closed PoP. */
export async function queryRow(folder: string, query: string): Promise<unknown> {
  const database = await PGlite.create({ dataDir: join(folder, "database") });
  const { rows } = await database.query(query);
  await database.close();
  if (rows.length !== 1) throw new Error(`The query returned ${rows.length} rows.`);
  return rows[0];
}
