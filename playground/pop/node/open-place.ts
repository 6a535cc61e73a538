import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { MemoryBlobs } from "../store/blobs/memory-blobs.ts";
import { RowBlobs } from "../store/blobs/row-blobs.ts";
import { openPGlite } from "../store/pglite.ts";
import { openPostgres } from "../store/postgres.ts";
import type { StoreParts } from "../store/store.ts";
import { FileBlobs } from "./file-blobs.ts";
import { lockFolder } from "./folder-lock.ts";
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

/** Opens the place, and holds the folder against other processes. */
export async function openPlace(place: Place): Promise<OpenedPlace> {
  if (place.kind === "memory") return opened({ database: await openPGlite(), blobs: new MemoryBlobs(), alone: true });
  if (place.kind === "postgres") {
    const database = openPostgres(place.url);
    return opened({ database, blobs: new RowBlobs(database), alone: false });
  }
  await mkdir(place.folder, { recursive: true });
  const lock = await lockFolder(place.folder);
  try {
    const blobs = await FileBlobs.open(join(place.folder, "attachments"));
    const database = await openPGlite(join(place.folder, "database"));
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
