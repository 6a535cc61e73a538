import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createPop } from "incountry-playground";
import { sql } from "kysely";
import { expect, it } from "vitest";
import { openDatabaseFolder } from "../../playground/pop/node/database-folder.ts";
import { databaseTemplate } from "../../playground/pop/node/database-template.ts";
import { createPGliteFolder, openPGliteInFolder } from "../../playground/pop/store/pglite.ts";
import { temporaryFolder } from "./support/folders.ts";

it("the remains of a process that was killed while it created a database do not count as one", async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "database.new"));
  await writeFile(join(folder, "database.new", "PG_VERSION"), "18\n");
  // A folder of that name may also be created by hand, for example as a mount point.
  await mkdir(join(folder, "database"));
  const pop = await createPop({ data: folder });
  await pop.close();
  const left = await readdir(folder);
  expect(left).toContain("database");
  expect(left).not.toContain("database.new");
});

it("a database that lost the file by which PostgreSQL recognizes it is not mistaken for a new one", async () => {
  const folder = await temporaryFolder();
  await createPGliteFolder(join(folder, "database"), await databaseTemplate());
  await rm(join(folder, "database", "PG_VERSION"));
  await expect(createPop({ data: folder })).rejects.toThrow(/is damaged\. Restore the folder from a copy/);
});

it("a new database is the same, unpacked from the build's template or created by PostgreSQL", async () => {
  const [unpacked, made] = [join(await temporaryFolder(), "database"), join(await temporaryFolder(), "database")];
  await createPGliteFolder(made);
  const query =
    "select version(), current_setting('server_encoding') as encoding, datcollate, datctype from pg_database";
  const responses = [];
  for (const database of [await openDatabaseFolder(unpacked), await openPGliteInFolder(made)]) {
    const { rows } = await sql.raw(query).execute(database);
    responses.push(rows);
    await database.destroy();
  }
  expect(responses[0]).toEqual(responses[1]);
  expect(responses[0]).not.toEqual([]);
});
