import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { brokenUploadsSuite } from "./suite/interrupted-uploads.ts";
import { endedAttachmentsSuite } from "./suite/removed-attachments.ts";
import { type PostgresServer, startPostgres } from "./support/postgres.ts";
import { type Left, startWatchedPop, type WatchedPop } from "./support/watched-pop.ts";

const row = 256 * 1024;

let folder: string;
let postgres: PostgresServer;
let pops: { files: WatchedPop; rows: WatchedPop };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pop-bytes-"));
  postgres = await startPostgres();
  pops = {
    files: await startWatchedPop({ kind: "folder", folder }),
    rows: await startWatchedPop({ kind: "postgres", url: await postgres.database("bytes") }),
  };
});

afterAll(async () => {
  for (const pop of Object.values(pops)) await pop.close();
  await postgres.stop();
  await rm(folder, { recursive: true });
});

function keptInFiles(...sizes: readonly number[]): Left {
  return { blobs: sizes.length, rows: 0, files: sizes.length };
}

function keptInRows(...sizes: readonly number[]): Left {
  const rows = sizes.map((size) => Math.ceil(size / row));
  return { blobs: sizes.length, rows: rows.reduce((sum, count) => sum + count, 0), files: 0 };
}

describe("in files", () => {
  endedAttachmentsSuite(() => pops.files, keptInFiles);
  brokenUploadsSuite(() => pops.files, keptInFiles);
});

describe("in rows of a PostgreSQL server", () => {
  endedAttachmentsSuite(() => pops.rows, keptInRows);
  brokenUploadsSuite(() => pops.rows, keptInRows);
});
