import { createHash } from "node:crypto";
import { join } from "node:path";
import { createPop } from "incountry-playground";
import { fieldEntries } from "incountry-storage/protocol";
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from "kysely";
import { describe, expect, it } from "vitest";
import { openDatabaseFolder } from "../../playground/pop/node/database-folder.ts";
import { migrate, migrations } from "../../playground/pop/store/migrations.ts";
import { createPGliteFolder, openPGliteInMemory } from "../../playground/pop/store/pglite.ts";
import { sqlTypeOf, type Tables } from "../../playground/pop/store/schema.ts";
import { inProcess } from "./support/caller.ts";
import { temporaryFolder } from "./support/folders.ts";

interface Column {
  readonly name: string;
  readonly type: string;
}

const byName = (one: Column, other: Column): number => (one.name < other.name ? -1 : 1);

async function columnsOfRecords(database: Kysely<Tables>): Promise<Column[]> {
  const { rows } = await sql<Column>`
    select attname as name, format_type(atttypid, atttypmod) || coalesce(' collate "' || collname || '"', '') as type
    from pg_attribute left join pg_collation on pg_collation.oid = attcollation
    where attrelid = 'pop_records'::regclass and attnum > 0 and not attisdropped
    order by attnum`.execute(database);
  return rows.filter(({ name }) => name !== "id" && name !== "scope");
}

/** The SQL that a migration sends. */
async function statementsOf(name: string): Promise<string> {
  const statements: string[] = [];
  const recorder = new Kysely<unknown>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new PostgresIntrospector(database),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    log: ({ query }) => void statements.push(query.sql),
  });
  await migrations[name]?.up(recorder);
  return statements.join(";\n");
}

describe("the migrations", () => {
  // A data folder never repeats a migration, so a change of one would not reach existing folders.
  const released = {
    "0001-records": "9c930f6093a551fbab5ce7e5e6e52df74fc3fd452b7610c8f0b78ee818be1b2a",
    "0002-attachments": "32f8646bec5056691ed5a62390d86f5a40f29e4e70dfd68c8cd687895735a04d",
  };

  it("stay as released; a change of the schema is a new migration", async () => {
    const hashes = Object.keys(migrations).map(async (name) => {
      const hash = createHash("sha256").update(await statementsOf(name));
      return [name, hash.digest("hex")] as const;
    });
    expect(Object.fromEntries(await Promise.all(hashes))).toEqual(released);
  });

  it("create a column for each field of the record; a new field needs a new migration", async () => {
    const database = await openPGliteInMemory();
    await migrate(database);
    const columns = await columnsOfRecords(database);
    await database.destroy();
    const fields = fieldEntries.flatMap(({ wire }) => (wire === "attachments" ? [] : [wire]));
    // PostgreSQL spells out the name of the date type.
    const typeOf = (name: (typeof fields)[number]) =>
      sqlTypeOf(name).replace("timestamptz(3)", "timestamp(3) with time zone");
    const expected = fields.map((name) => ({ name, type: typeOf(name) }));
    expect(columns.toSorted(byName)).toEqual(expected.toSorted(byName));
  });
});

async function addColumn(database: Kysely<unknown>): Promise<void> {
  await sql`alter table pop_records add column later text`.execute(database);
}

describe("a data folder", () => {
  it("of the first version gets the tables and columns of each later one, and its records stay", async () => {
    const folder = await temporaryFolder();
    await createPGliteFolder(join(folder, "database"));
    const first = await openDatabaseFolder(join(folder, "database"));
    await migrate(first, Object.fromEntries(Object.entries(migrations).slice(0, 1)));
    await sql`insert into pop_scopes (environment, country) values ('playground', 'de')`.execute(first);
    await sql`insert into pop_records (scope, record_key, key1, version, created_at, updated_at)
      values (1, 'old', 'x', 3, now(), now())`.execute(first);
    await first.destroy();

    const pop = await createPop({ data: folder });
    const { record } = await inProcess(pop).read("de", "old");
    expect(record).toMatchObject({ record_key: "old", key1: "x", version: 3, attachments: [] });
    await pop.close();

    const database = await openDatabaseFolder(join(folder, "database"));
    const before = await columnsOfRecords(database);
    await migrate(database, { ...migrations, "9999-later": { up: addColumn } });
    expect((await columnsOfRecords(database)).slice(before.length).map(({ name }) => name)).toEqual(["later"]);
    const { rows } = await sql`select record_key, key1, later from pop_records`.execute(database);
    expect(rows).toEqual([{ record_key: "old", key1: "x", later: null }]);
    await database.destroy();
  });
});
