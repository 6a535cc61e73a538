import { setTimeout as wait } from "node:timers/promises";
import { createPop, startPop } from "incountry-playground";
import { Client } from "pg";
import { number, object, parse, string } from "valibot";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { inProcess, overSocket } from "./support/caller.ts";
import { endCommands, startCommand } from "./support/command.ts";
import { attachmentsPath, hashOf, metadataOf, patternBytes, uploadFile } from "./support/files.ts";
import { type PostgresServer, startPostgres } from "./support/postgres.ts";
import { RawConnection } from "./support/raw-connection.ts";
import { envelopeOf } from "./support/raw-upload.ts";
import { future, records } from "./support/records.ts";

let postgres: PostgresServer;

beforeAll(async () => {
  postgres = await startPostgres();
});

afterEach(endCommands);

afterAll(async () => {
  await postgres.stop();
});

describe("several PoPs on one PostgreSQL", () => {
  it("can all start at once on an empty database", async () => {
    const database = await postgres.database("at_once");
    const pops = await Promise.all(Array.from({ length: 6 }, () => createPop({ database })));
    for (const [index, pop] of pops.entries()) {
      expect((await inProcess(pop).write("de", { record_key: `${index}` })).status).toBe(200);
    }
    for (const pop of pops) expect((await inProcess(pop).find("de")).found.meta).toMatchObject({ total: pops.length });
    await Promise.all(pops.map((pop) => pop.close()));
  });

  it("act as one for their clients: records, tokens, overlapping batches, one PoP killed", async () => {
    const database = await postgres.database("shared");
    const commands = [1, 2, 3].map(() => startCommand(["--port", "0"], { DATABASE_URL: database }));
    const callers = await Promise.all(commands.map((command) => command.caller()));
    const [first, second, third] = callers;
    if (first === undefined || second === undefined || third === undefined) throw new Error("Three were started.");

    const basic = btoa(`${first.environment.clientId}:${first.environment.clientSecret}`);
    const form = { grant_type: "client_credentials", scope: first.environment.id, audience: "x" };
    const token = await first.send("POST", "/oauth2/token", {
      body: new URLSearchParams(form).toString(),
      headers: { authorization: `Basic ${basic}`, "content-type": "application/x-www-form-urlencoded" },
    });
    const authorization = `Bearer ${parse(object({ access_token: string() }), token.json).access_token}`;
    const path = "/v2/storage/records/de";
    expect(
      (await second.send("POST", path, { body: { record_key: "by token" }, headers: { authorization } })).status,
    ).toBe(200);
    expect((await third.read("de", "by token")).status).toBe(200);

    const keys = records(100);
    const rounds = Array.from({ length: 9 }, (_, round) => {
      const batch = (round % 2 === 0 ? keys : keys.toReversed()).map((record) => ({
        ...record,
        key1: `round ${round}`,
      }));
      return (callers[round % 3] ?? first).batchWrite("fr", batch);
    });
    expect((await Promise.all(rounds)).map((response) => response.status)).toEqual(rounds.map(() => 200));
    const { data } = (await first.find("fr")).found;
    expect([data.length, new Set(data.map((record) => record["key1"])).size]).toEqual([100, 1]);

    const [victim] = commands;
    await victim?.end("SIGKILL");
    expect((await second.write("de", { record_key: "after" })).status).toBe(200);
    expect((await third.find("fr")).found.meta).toMatchObject({ total: 100 });
  });

  it("remove expired records from the database", async () => {
    const database = await postgres.database("swept");
    const pops = await Promise.all([1, 2].map(() => createPop({ database, sweepInterval: 50 })));
    const [pop] = pops;
    if (pop === undefined) throw new Error("Two were started.");
    const expires_at = future(3_000);
    const { status } = await inProcess(pop).batchWrite("de", [
      ...records(50).map((record) => ({ ...record, expires_at })),
      { record_key: "stays" },
    ]);
    expect(status).toBe(200);
    await wait(Date.parse(expires_at) - Date.now() + 300);
    const client = new Client({ connectionString: database });
    await client.connect();
    const { rows } = await client.query("select count(*)::int as left from pop_records");
    await client.end();
    expect(parse(object({ left: number() }), rows[0]).left).toBe(1);
    await Promise.all(pops.map((one) => one.close()));
  });

  it("remove the unfinished uploads of a PoP that died, and keep those of a live one", async () => {
    const database = await postgres.database("in_hand");
    const victim = startCommand(["--port", "0"], { DATABASE_URL: database });
    const caller = await victim.caller();
    await caller.write("de", { record_key: "k" });
    const bytes = patternBytes(600_000);
    const kept = metadataOf(await uploadFile(caller, "de", "k", bytes));
    const broken = await RawConnection.to(caller.url);
    const request = envelopeOf(caller, { country: "de", name: "broken off", size: 1_000_000 });
    await broken.send(Buffer.concat([request.head, bytes]));

    const client = new Client({ connectionString: database });
    await client.connect();
    const blobs = async (query: string): Promise<number> => {
      const { rows } = await client.query(`select count(distinct id)::int as blobs from pop_blobs ${query}`);
      return parse(object({ blobs: number() }), rows[0]).blobs;
    };
    const withRows = "join pop_blob_chunks on blob = id";
    await expect.poll(() => blobs(`${withRows} where state = 'pending'`)).toBe(1);
    await victim.end("SIGKILL");
    await client.query("update pop_blobs set touched_at = touched_at - interval '10 minutes' where state = 'pending'");

    // An upload of the other PoP, during the sweep.
    const survivor = await startPop({ database, port: 0, sweepInterval: 50 });
    const other = overSocket(survivor);
    const alive = await RawConnection.to(other.url);
    const { head, tail } = envelopeOf(other, { country: "de", name: "goes on", size: bytes.length });
    await alive.send(Buffer.concat([head, bytes.subarray(0, 300_000)]));
    await expect.poll(() => blobs("where touched_at > now() - interval '5 minutes' and state = 'pending'")).toBe(1);
    await expect.poll(() => blobs("where touched_at < now() - interval '5 minutes' and state <> 'kept'")).toBe(0);
    await alive.send(Buffer.concat([bytes.subarray(300_000), tail]));
    expect((await alive.answer()).status).toBe(200);
    expect([await blobs(""), await blobs(withRows)]).toEqual([2, 2]);
    const file = await other.download(attachmentsPath("de", "k", kept.file_id));
    expect(hashOf(new Uint8Array(await file.arrayBuffer()))).toBe(kept.hash);
    expect((await uploadFile(other, "de", "k", bytes, { name: "broken off" })).status).toBe(200);
    await client.end();
    await survivor.close();
  });

  it("respond with 503 while the database is down, and recover when it is back", async () => {
    const database = await postgres.database("away");
    const pop = await createPop({ database });
    const caller = inProcess(pop);
    await caller.write("de", { record_key: "k" });
    const admin = new Client({ connectionString: database.replace(/\/away$/, "/postgres") });
    await admin.connect();
    await admin.query("alter database away with allow_connections false");
    await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'away'");
    await expect.poll(async () => (await caller.read("de", "k")).status).toBe(503);
    const refused = await caller.send("GET", "/healthcheck");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
    await admin.query("alter database away with allow_connections true");
    expect((await caller.read("de", "k")).status).toBe(200);
    await admin.end();
    await pop.close();
  });
});
