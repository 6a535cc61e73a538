import { createHash } from "node:crypto";
import { join } from "node:path";
import { MemoryBlobs } from "../store/blobs/memory-blobs.ts";
import { RowBlobs } from "../store/blobs/row-blobs.ts";
import { openPGliteInMemory } from "../store/pglite.ts";
import { openPostgres } from "../store/postgres.ts";
import type { StoreParts } from "../store/store.ts";
import { type DataLocation, explainError } from "./data-location.ts";
import { openDatabaseFolder } from "./database-folder.ts";
import { databaseTemplate } from "./database-template.ts";
import { FileBlobs } from "./file-blobs.ts";
import { lockFolder } from "./folder-lock.ts";
import { makePrivateFolder } from "./private-folder.ts";

export interface OpenedLocation extends StoreParts {
  /** Closes the database and releases the folder. */
  close(): Promise<void>;
}

/** Opens a location, and locks its folder against other processes. Throws a `UsageError` if it cannot be used. */
export async function openDataLocation(location: DataLocation): Promise<OpenedLocation> {
  try {
    switch (location.kind) {
      case "memory": {
        const database = await openPGliteInMemory(await databaseTemplate());
        return opened({ database, blobs: new MemoryBlobs(), exclusive: true });
      }
      case "postgres": {
        const database = openPostgres(location.url);
        return opened({ database, blobs: new RowBlobs(database), exclusive: false });
      }
      case "folder":
        return await openFolder(location.folder);
    }
  } catch (error) {
    throw explainError(error, location);
  }
}

async function openFolder(folder: string): Promise<OpenedLocation> {
  await makePrivateFolder(folder);
  const lock = await lockFolder(folder);
  try {
    const blobs = await FileBlobs.open(join(folder, "attachments"));
    const database = await openDatabaseFolder(join(folder, "database"));
    return opened({ database, blobs, exclusive: true }, () => lock.release());
  } catch (error) {
    await lock.release();
    throw error;
  }
}

function opened(parts: Omit<StoreParts, "createHash">, release?: () => Promise<void>): OpenedLocation {
  return {
    ...parts,
    // WebCrypto cannot hash a stream.
    createHash: () => createHash("sha256"),
    close: async () => {
      try {
        await parts.database.destroy();
      } finally {
        await release?.();
      }
    },
  };
}
