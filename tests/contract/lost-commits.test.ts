import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { freshCountry } from "./support/countries.ts";
import { attachmentsOf, attachmentsPath, hashOf, patternBytes, uploadFile } from "./support/files.ts";
import { type PostgresServer, startPostgres } from "./support/postgres.ts";
import { type PostgresProxy, startPostgresProxy } from "./support/postgres-proxy.ts";
import { RawConnection } from "./support/raw-connection.ts";
import { envelopeOf } from "./support/raw-upload.ts";
import { startWatchedPop, type WatchedPop } from "./support/watched-pop.ts";

const [first, second] = [patternBytes(300_000, 1), patternBytes(300_001, 2)];
/** 300,000 bytes are two rows. */
const oneFile = { blobs: 1, rows: 2, files: 0 };

let postgres: PostgresServer;
let database: string;
let proxy: PostgresProxy;
let pop: WatchedPop;
let country: string;

beforeAll(async () => {
  postgres = await startPostgres();
  database = await postgres.database("commits");
  proxy = await startPostgresProxy(database);
  pop = await startWatchedPop({ kind: "postgres", url: proxy.url });
});

afterAll(async () => {
  await pop.close();
  await proxy.close();
  await postgres.stop();
});

beforeEach(async () => {
  country = freshCountry();
  await pop.caller.write(country, { record_key: "k" });
  const uploaded = await uploadFile(pop.caller, country, "k", first, { method: "PUT" });
  expect(uploaded.status).toBe(200);
  onTestFinished(async () => {
    await pop.caller.delete(country, "k");
    expect(await pop.left()).toEqual({ blobs: 0, rows: 0, files: 0 });
  });
});

async function expectKept(bytes: Uint8Array): Promise<void> {
  const [file, ...more] = attachmentsOf((await pop.caller.read(country, "k")).record);
  expect(more).toEqual([]);
  expect(file).toMatchObject({ size: bytes.length, hash: hashOf(bytes) });
  const response = await pop.caller.download(attachmentsPath(country, "k", file?.file_id));
  expect(hashOf(new Uint8Array(await response.arrayBuffer()))).toBe(hashOf(bytes));
  await pop.sweep();
  expect(await pop.left()).toEqual(oneFile);
}

it.each([
  ["before its response", second],
  ["before the commit", first],
] as const)(
  "an upload whose database connection is lost %s is answered with 503, and stored whole",
  async (where, kept) => {
    const log = vi.spyOn(console, "error");
    proxy.cutNext(where);
    const response = await uploadFile(pop.caller, country, "k", second, { method: "PUT" });
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(log).not.toHaveBeenCalled();
    log.mockRestore();
    await expectKept(kept);
  },
);

it.each([
  ["before its response", "second"],
  ["before the commit", null],
] as const)(
  "a write whose database connection is lost %s is answered with 503, and stored whole",
  async (where, key1) => {
    proxy.cutNext(where);
    expect((await pop.caller.write(country, { record_key: "k", key1: "second" })).status).toBe(503);
    expect((await pop.caller.read(country, "k")).record["key1"]).toBe(key1);
  },
);

async function connected(): Promise<Client> {
  const client = new Client({ connectionString: database });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

it("an attachment that is deleted during its replacement is replaced first", async () => {
  // One connection holds a lock and another observes: within a transaction, the database's activity is a snapshot.
  const [holder, watcher] = [await connected(), await connected()];
  const waiting = async (): Promise<number> => {
    const blocked = "select 1 from pg_stat_activity where datname = 'commits' and wait_event_type = 'Lock'";
    return (await watcher.query(blocked)).rowCount ?? 0;
  };
  const [file] = attachmentsOf((await pop.caller.read(country, "k")).record);

  // The upload blocks after it has found the attachment that it replaces.
  const connection = await RawConnection.to(pop.caller.url);
  const { head, tail } = envelopeOf(pop.caller, { country, method: "PUT", size: second.length });
  await connection.send(Buffer.concat([head, second.subarray(0, 100_000)]));
  await holder.query("begin");
  // No stronger lock: the rows of its bytes refer to the blob.
  const pending = "select 1 from pop_blobs where state = 'pending' for no key update";
  await expect.poll(async () => (await holder.query(pending)).rowCount).toBe(1);
  await connection.send(Buffer.concat([second.subarray(100_000), tail]));
  await expect.poll(waiting).toBe(1);

  const deleting = pop.caller.send("DELETE", attachmentsPath(country, "k", file?.file_id));
  await expect.poll(waiting).toBe(2);
  await holder.query("commit");
  const replaced = await connection.answer();
  expect([replaced.status, (await deleting).status]).toEqual([200, 200]);
  expect(attachmentsOf((await pop.caller.read(country, "k")).record)).toEqual([]);
});
