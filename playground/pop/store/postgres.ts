import { Kysely, PostgresDialect } from "kysely";
import { Pool, types } from "pg";
import { parseInt64 } from "./int64.ts";
import type { Tables } from "./schema.ts";

const int8: number = types.builtins.INT8;

/** A PostgreSQL server; several PoPs may share it. */
export function openPostgres(url: string): Kysely<Tables> {
  const pool = new Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 10_000,
    types: {
      getTypeParser: (oid: number, format?: "text" | "binary") =>
        oid === int8 && format !== "binary" ? parseInt64 : types.getTypeParser(oid, format),
    },
  });
  // A connection that the server closes is dropped from the pool, and whoever was using it hears of it from its query. What
  // nobody listens to would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}
