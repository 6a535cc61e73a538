import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { PGlite } from "@electric-sql/pglite";
import { codeOf } from "../store/database-errors.ts";
import type { DatabaseTemplate } from "../store/pglite.ts";

const unpack = promisify(gunzip);

/** Where the build leaves it: found by the package's name, since this file stands elsewhere once it is bundled. */
const path = join(
  dirname(createRequire(import.meta.url).resolve("incountry-playground/package.json")),
  "dist/database.tar.gz",
);

/** The template of the build; undefined before the first build, when PostgreSQL makes each database itself. */
export async function databaseTemplate(): Promise<DatabaseTemplate | undefined> {
  try {
    // Unpacked here, which is several times as fast as PGlite's own way.
    return new Blob([await unpack(await readFile(path))]);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** A step of the build. */
export async function writeDatabaseTemplate(): Promise<void> {
  const pglite = await PGlite.create();
  const dump = await pglite.dumpDataDir("gzip");
  await pglite.close();
  await writeFile(path, new Uint8Array(await dump.arrayBuffer()));
}
