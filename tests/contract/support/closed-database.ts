import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { number, object, parse } from "valibot";

/** Queries a number from the database of a closed PoP. */
export async function queryNumber(folder: string, query: string): Promise<number> {
  const database = await PGlite.create({ dataDir: join(folder, "database") });
  const { rows } = await database.query(query);
  await database.close();
  return parse(object({ value: number() }), rows[0]).value;
}
