import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "kysely";
import { afterEach, expect, it, onTestFinished } from "vitest";
import type { Caller } from "../../contract/support/caller.ts";
import { endCommands, startCommand } from "../../contract/support/command.ts";
import {
  attachmentsOf,
  attachmentsPath,
  hashOf,
  type Metadata,
  metadataOf,
  patternBytes,
  uploadFile,
} from "../../contract/support/files.ts";
import { temporaryFolder } from "../../contract/support/folders.ts";
import { RawConnection } from "../../contract/support/raw-connection.ts";
import { envelopeOf } from "../../contract/support/raw-upload.ts";
import { startWatchedPop } from "../../contract/support/watched-pop.ts";

afterEach(endCommands);

const country = "de";
const inFlight = ["in flight 1", "in flight 2", "in flight 3"];

/** The n-th file of a kind. */
function contentOf(round: number): Uint8Array<ArrayBuffer> {
  return patternBytes(100_000 * (round % 5) + round, round);
}

/** Uploads one file after another until the PoP exits; reports each acknowledged upload. */
async function uploadOn(
  caller: Caller,
  nameOf: (round: number) => string,
  acknowledged: (metadata: Metadata) => void,
): Promise<void> {
  for (let round = 1; ; round++) {
    const bytes = contentOf(round);
    try {
      const response = await uploadFile(caller, country, "k", bytes, { name: nameOf(round), method: "PUT" });
      expect(metadataOf(response)).toMatchObject({ size: bytes.length, hash: hashOf(bytes) });
      acknowledged(metadataOf(response));
    } catch (error) {
      if (error instanceof TypeError) return;
      throw error;
    }
  }
}

it("keeps every acknowledged attachment when the process is killed during uploads, and nothing of the unfinished ones", async () => {
  const folder = await temporaryFolder();
  const filesOf = (): Promise<string[]> => readdir(join(folder, "attachments"));
  const unfinished = async (): Promise<string[]> => (await filesOf()).filter((name) => name.endsWith(".part"));

  const command = startCommand(["--data", folder, "--port", "0"]);
  const caller = await command.caller();
  await caller.write(country, { record_key: "k" });
  // These uploads stall, so they are unfinished at the end in any case.
  for (const name of inFlight) {
    const connection = await RawConnection.to(caller.url);
    const { head } = envelopeOf(caller, { country, name, size: 5_000_000 });
    await connection.send(Buffer.concat([head, patternBytes(1_000_000)]));
  }
  await expect.poll(async () => (await unfinished()).length).toBe(inFlight.length);

  const acknowledged = new Map<string, Metadata>();
  const replacements: Metadata[] = [];
  let uploading: Promise<unknown> = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    const acknowledge = (metadata: Metadata): void => {
      acknowledged.set(metadata.filename, metadata);
      if (acknowledged.size > 20 && replacements.length > 5) resolve();
    };
    uploading = Promise.all([
      uploadOn(caller, (round) => `a ${round}`, acknowledge),
      uploadOn(caller, (round) => `b ${round}`, acknowledge),
      uploadOn(
        caller,
        () => "replaced",
        (metadata) => replacements.push(metadata),
      ),
    ]);
    uploading.catch(reject);
  });
  await command.end("SIGKILL");
  await uploading;
  expect((await unfinished()).length).toBeGreaterThanOrEqual(inFlight.length);

  const restarted = await startWatchedPop({ kind: "folder", folder });
  onTestFinished(() => restarted.close());
  const second = restarted.caller;
  const found = new Map(attachmentsOf((await second.read(country, "k")).record).map((file) => [file.filename, file]));
  for (const [name, file] of acknowledged) {
    expect(found.get(name)).toEqual({ ...file, download_link: expect.stringContaining(file.file_id) });
  }
  // The last acknowledged file, or the next one, which was being uploaded.
  const replacing = [replacements.length, replacements.length + 1].map((round) => hashOf(contentOf(round)));
  expect(replacing).toContain(found.get("replaced")?.hash);
  for (const file of found.values()) {
    const response = await second.download(attachmentsPath(country, "k", file.file_id));
    expect(hashOf(new Uint8Array(await response.arrayBuffer()))).toBe(file.hash);
  }

  expect(inFlight.filter((name) => found.has(name))).toEqual([]);
  expect(await unfinished()).toEqual([]);
  expect(await filesOf()).toHaveLength(found.size);
  for (const name of inFlight) {
    expect((await uploadFile(second, country, "k", contentOf(1), { name })).status).toBe(200);
  }
  const { rows } = await sql<{ blobs: number }>`select count(*)::int as blobs
    from pop_blobs full join pop_attachments as file on file.blob = pop_blobs.id`.execute(restarted.database);
  expect(rows).toEqual([{ blobs: found.size + inFlight.length }]);
});
