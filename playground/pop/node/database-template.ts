import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { PGlite } from "@electric-sql/pglite";
import { Kysely, PGliteDialect } from "kysely";
import { unlessCode } from "../store/database-errors.ts";
import { migrate } from "../store/migrations.ts";
import type { DatabaseTemplate } from "../store/pglite.ts";
import type { Tables } from "../store/schema.ts";

const unpack = promisify(gunzip);

/** Written by the build. Resolved by the package's name, since bundling moves this file. */
const path = join(
  dirname(createRequire(import.meta.url).resolve("incountry-playground/package.json")),
  "dist/database.tar.gz",
);

/** The template that the build wrote; undefined before the first build. */
export async function databaseTemplate(): Promise<DatabaseTemplate | undefined> {
  const packed = await unlessCode("ENOENT", readFile(path));
  // Several times as fast as PGlite's own decompression.
  return packed && new Blob([await unpack(packed)]);
}

/** Called by the build. */
export async function writeDatabaseTemplate(): Promise<void> {
  const pglite = await PGlite.create();
  const database = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });
  await migrate(database);
  const dump = await pglite.dumpDataDir("gzip");
  await database.destroy();
  await writeFile(path, new Uint8Array(await dump.arrayBuffer()));
}
