import { join } from "node:path";
import { MemoryBlobs } from "../store/blobs/memory-blobs.ts";
import { RowBlobs } from "../store/blobs/row-blobs.ts";
import { openPGliteInMemory } from "../store/pglite.ts";
import { openPostgres } from "../store/postgres.ts";
import type { StoreParts } from "../store/store.ts";
import { openDatabaseFolder } from "./database-folder.ts";
import { databaseTemplate } from "./database-template.ts";
import { FileBlobs } from "./file-blobs.ts";
import { lockFolder } from "./folder-lock.ts";
import { explained } from "./place-faults.ts";
import { makePrivateFolder } from "./private-folder.ts";
import { sha256 } from "./sha256.ts";

/** Where a PoP keeps its data. */
export type Place =
  | { readonly kind: "memory" }
  | { readonly kind: "folder"; readonly folder: string }
  | { readonly kind: "postgres"; readonly url: string };

export interface OpenedPlace extends StoreParts {
  /** Closes the database and lets go of the folder. */
  close(): Promise<void>;
}

/** Opens the place, and holds the folder against other processes. Throws a `UsageError` where it cannot be used. */
export async function openPlace(place: Place): Promise<OpenedPlace> {
  try {
    switch (place.kind) {
      case "memory":
        return opened({
          database: await openPGliteInMemory(await databaseTemplate()),
          blobs: new MemoryBlobs(),
          alone: true,
        });
      case "postgres":
        return openDatabase(place.url);
      case "folder":
        return await openFolder(place.folder);
    }
  } catch (error) {
    throw explained(error, place);
  }
}

function openDatabase(url: string): OpenedPlace {
  const database = openPostgres(url);
  return opened({ database, blobs: new RowBlobs(database), alone: false });
}

async function openFolder(folder: string): Promise<OpenedPlace> {
  await makePrivateFolder(folder);
  const lock = await lockFolder(folder);
  try {
    const blobs = await FileBlobs.open(join(folder, "attachments"));
    const database = await openDatabaseFolder(join(folder, "database"));
    return opened({ database, blobs, alone: true }, () => lock.release());
  } catch (error) {
    await lock.release();
    throw error;
  }
}

function opened(parts: Omit<StoreParts, "hash">, release: () => Promise<void> = () => Promise.resolve()): OpenedPlace {
  return {
    ...parts,
    hash: sha256,
    close: async () => {
      try {
        await parts.database.destroy();
      } finally {
        await release();
      }
    },
  };
}
