import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { defaultEnvironment } from "incountry-playground";
import type { Kysely } from "kysely";
import { createApp } from "../../../playground/pop/app.ts";
import type { DataLocation } from "../../../playground/pop/node/data-location.ts";
import { splitForm } from "../../../playground/pop/node/form-splitter.ts";
import { openDataLocation } from "../../../playground/pop/node/open-data-location.ts";
import { listen } from "../../../playground/pop/node/server.ts";
import type { BlobStore } from "../../../playground/pop/store/blobs/blob-store.ts";
import type { Tables } from "../../../playground/pop/store/schema.ts";
import { Store } from "../../../playground/pop/store/store.ts";
import { Tokens } from "../../../playground/pop/tokens.ts";
import { Caller } from "./caller.ts";

/** The attachments in a data location, finished or not. */
export interface Left {
  readonly blobs: number;
  readonly rows: number;
  readonly files: number;
}

export const nothing: Left = { blobs: 0, rows: 0, files: 0 };

/** A PoP on a socket whose data location can be inspected while it runs. It sweeps on demand. */
export interface WatchedPop {
  readonly caller: Caller;
  readonly database: Kysely<Tables>;
  left(): Promise<Left>;
  sweep(): Promise<void>;
  close(): Promise<void>;
}

/** `watch` may wrap the blobs. */
export async function startWatchedPop(
  place: DataLocation,
  watch: (blobs: BlobStore) => BlobStore = (blobs) => blobs,
): Promise<WatchedPop> {
  const opened = await openDataLocation(place);
  const { database } = opened;
  const store = new Store({ ...opened, blobs: watch(opened.blobs) });
  await store.prepare();
  const tokens = new Tokens(await store.signingKey(), 3600);
  const app = createApp({ store, tokens, environments: [defaultEnvironment], countries: [], splitForm });
  const listening = await listen(async (request) => app.fetch(request), { host: "127.0.0.1", port: 0 });
  const count = async (table: "pop_blobs" | "pop_blob_chunks"): Promise<number> => {
    const rows = await database
      .selectFrom(table)
      .select(({ fn }) => fn.countAll().as("count"))
      .execute();
    return Number(rows[0]?.count);
  };
  return {
    caller: new Caller(globalThis.fetch, listening.url, defaultEnvironment),
    database,
    left: async () => ({
      blobs: await count("pop_blobs"),
      rows: await count("pop_blob_chunks"),
      files: place.kind === "folder" ? (await readdir(join(place.folder, "attachments"))).length : 0,
    }),
    sweep: () => store.sweep(),
    close: async () => {
      await listening.close();
      await store.settled();
      await opened.close();
    },
  };
}
