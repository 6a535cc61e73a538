import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import type { Caller } from "./support/caller.ts";
import { records } from "./support/records.ts";
import { startWatchedPop } from "./support/watched-pop.ts";

const mebibyte = 1024 * 1024;

/** A PoP that holds records with large bodies. The database generates them, since sending them takes long. */
async function popWithBodies(count: number, character: string, length: number): Promise<Caller> {
  const pop = await startWatchedPop({ kind: "memory" });
  onTestFinished(() => pop.close());
  const { caller, database } = pop;
  expect((await caller.batchWrite("de", records(count))).status).toBe(200);
  await database
    .updateTable("pop_records")
    .set({ body: sql`repeat(${character}::text, ${length})` })
    .execute();
  return caller;
}

it("rejects a page whose bodies would exhaust the memory of the process, and returns fewer of them", async () => {
  const caller = await popWithBodies(9, "x", 31 * mebibyte);
  const refused = await caller.find("de", {});
  expect([refused.status, refused.sources]).toEqual([413, ["options.limit"]]);
  expect((await caller.find("de", {}, { limit: 2, offset: 9 })).status).toBe(200);
  const some = await caller.find("de", {}, { limit: 2, offset: 1 });
  expect([some.status, some.keys]).toEqual([
    200,
    records(3)
      .slice(1)
      .map(({ record_key }) => record_key),
  ]);
  expect(some.found.data.map(({ body }) => String(body).length)).toEqual([31 * mebibyte, 31 * mebibyte]);
});

it("rejects a page whose text is longer than a string can be", async () => {
  // Each of them takes six characters in JSON.
  const caller = await popWithBodies(18, "\u0001", 5 * mebibyte);
  const refused = await caller.find("de", {});
  expect([refused.status, refused.sources]).toEqual([413, ["options.limit"]]);
});
