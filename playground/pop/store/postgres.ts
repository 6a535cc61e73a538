import { Kysely, PostgresDialect } from "kysely";
import { Pool, types } from "pg";
import { parseInt64, type Tables } from "./schema.ts";

const int8: number = types.builtins.INT8;

/** Connects to a PostgreSQL server, which several PoPs may share. */
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
  // The pool drops a connection that the server closes, and its query rejects. An error event without a listener would end
  // the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}
