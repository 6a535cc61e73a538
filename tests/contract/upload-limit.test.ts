import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { limits } from "incountry-storage/protocol";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { attachmentsOf, patternBytes } from "./support/files.ts";
import { RawConnection } from "./support/raw-connection.ts";
import { type Envelope, envelopeOf, requestHead } from "./support/raw-upload.ts";
import { nothing, startWatchedPop, type WatchedPop } from "./support/watched-pop.ts";

const country = "de";
const piece = patternBytes(1024 * 1024);
const pieces = limits.attachmentSize / piece.length;

let folder: string;
let pop: WatchedPop;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pop-limit-"));
  pop = await startWatchedPop({ kind: "folder", folder });
});

afterAll(async () => {
  await pop.close();
  await rm(folder, { recursive: true });
});

beforeEach(async () => {
  await pop.caller.write(country, { record_key: "k" });
});

/** Sends the maximum size of an attachment in bytes. */
async function sendFull(connection: RawConnection, { head, frame }: Envelope): Promise<void> {
  await connection.send(head);
  for (let sent = 0; sent < pieces; sent++) await connection.send(frame(piece));
}

it.each([
  ["POST", 64 * 1024, 0],
  ["PUT", 64 * 1024, 0],
  ["POST", 1, 100],
  ["PUT", 1, 60_000],
] as const)(
  "a %s of a file %i bytes above 100 MiB is rejected with 413 after %i bytes",
  async (method, above, sent) => {
    const connection = await RawConnection.to(pop.caller.url);
    const { head } = envelopeOf(pop.caller, { country, method, size: limits.attachmentSize + above });
    await connection.send(Buffer.concat([head, piece.subarray(0, sent)]));
    // The rest is never sent.
    const response = await connection.answer();
    expect([response.status, response.body.toString()]).toEqual([
      413,
      expect.stringContaining(`${limits.attachmentSize} bytes`),
    ]);
    expect(await pop.left()).toEqual(nothing);
  },
);

it("a file of unknown length is rejected with 413 once it exceeds 100 MiB, and leaves nothing behind", async () => {
  const connection = await RawConnection.to(pop.caller.url);
  const envelope = envelopeOf(pop.caller, { country });
  await sendFull(connection, envelope);
  await connection.send(envelope.frame(piece.subarray(0, 1)));
  // The form has no end yet.
  expect((await connection.answer()).status).toBe(413);
  await connection.send(envelope.tail);
  await connection.send(requestHead(pop.caller, "GET", "/healthcheck"));
  expect((await connection.answer()).status).toBe(200);
  expect(await pop.left()).toEqual(nothing);
  expect((await pop.caller.read(country, "k")).record["attachments"]).toEqual([]);
});

it("a file of exactly 100 MiB is accepted", async () => {
  const connection = await RawConnection.to(pop.caller.url);
  const envelope = envelopeOf(pop.caller, { country, size: limits.attachmentSize });
  await sendFull(connection, envelope);
  await connection.send(envelope.tail);
  expect((await connection.answer()).status).toBe(200);
  const hash = createHash("sha256");
  for (let sent = 0; sent < pieces; sent++) hash.update(piece);
  const attachments = attachmentsOf((await pop.caller.read(country, "k")).record);
  expect(attachments).toEqual([expect.objectContaining({ size: limits.attachmentSize, hash: hash.digest("hex") })]);
});
