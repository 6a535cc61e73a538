import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Kysely } from "kysely";
import { afterAll, beforeAll } from "vitest";
import { databaseTemplate } from "../../playground/pop/node/database-template.ts";
import { FileBlobs } from "../../playground/pop/node/file-blobs.ts";
import type { BlobStore } from "../../playground/pop/store/blobs/blob-store.ts";
import { MemoryBlobs } from "../../playground/pop/store/blobs/memory-blobs.ts";
import { RowBlobs } from "../../playground/pop/store/blobs/row-blobs.ts";
import { migrate } from "../../playground/pop/store/migrations.ts";
import { openPGliteInMemory } from "../../playground/pop/store/pglite.ts";
import { openPostgres } from "../../playground/pop/store/postgres.ts";
import type { Tables } from "../../playground/pop/store/schema.ts";
import { blobStoreSuite, type InspectableStore } from "./suite/blob-store.ts";
import { openFilesOf } from "./support/open-files.ts";
import { type PostgresServer, startPostgres } from "./support/postgres.ts";

const noAnnouncement = (): Promise<string> => Promise.resolve(crypto.randomUUID());
const nothingHeld = (): Promise<number> => Promise.resolve(0);

function inspectableMemory(): InspectableStore {
  const store = new MemoryBlobs();
  return { store, announce: noAnnouncement, left: (ids) => readable(store, ids), held: nothingHeld };
}

/** Memory has nothing underneath: the only leftovers are readable blobs. */
async function readable(store: BlobStore, ids: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const id of ids) {
    const reading = store.read(id, { start: 0, end: 0 }).next();
    await reading.then(
      () => found.push(id),
      () => {},
    );
  }
  return found;
}

async function inspectableFiles(folder: string): Promise<InspectableStore> {
  return {
    store: await FileBlobs.open(folder),
    announce: noAnnouncement,
    left: async (ids) => {
      const names = await readdir(folder);
      return ids.filter((id) => names.some((name) => name.startsWith(id)));
    },
    held: () => openFilesOf(folder),
  };
}

function inspectableRows(database: Kysely<Tables>): InspectableStore {
  return {
    store: new RowBlobs(database),
    announce: async () => {
      const id = crypto.randomUUID();
      await database.insertInto("pop_blobs").values({ id, state: "pending" }).execute();
      return id;
    },
    left: async (ids) => {
      const rows = await database.selectFrom("pop_blob_chunks").select("blob").distinct().execute();
      return ids.filter((id) => rows.some((row) => row.blob === id));
    },
    held: nothingHeld,
  };
}

let folder: string;
let postgres: PostgresServer;
let databases: { embedded: Kysely<Tables>; server: Kysely<Tables> };
let looked: {
  memory: InspectableStore;
  files: InspectableStore;
  embeddedRows: InspectableStore;
  serverRows: InspectableStore;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pop-blobs-"));
  postgres = await startPostgres();
  databases = {
    embedded: await openPGliteInMemory(await databaseTemplate()),
    server: openPostgres(await postgres.database("blobs")),
  };
  for (const database of Object.values(databases)) await migrate(database);
  looked = {
    memory: inspectableMemory(),
    files: await inspectableFiles(folder),
    embeddedRows: inspectableRows(databases.embedded),
    serverRows: inspectableRows(databases.server),
  };
});

afterAll(async () => {
  for (const database of Object.values(databases)) await database.destroy();
  await postgres.stop();
  await rm(folder, { recursive: true });
});

blobStoreSuite("blobs in memory", () => looked.memory);
blobStoreSuite("blobs in files", () => looked.files);
blobStoreSuite("blobs in rows of the embedded PostgreSQL", () => looked.embeddedRows);
blobStoreSuite("blobs in rows of a PostgreSQL server", () => looked.serverRows);
