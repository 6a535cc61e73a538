import { setTimeout as wait } from "node:timers/promises";
import { createPop } from "incountry-playground";
import { expect, it } from "vitest";
import { inProcess } from "./support/caller.ts";
import { queryNumber } from "./support/closed-database.ts";
import { temporaryFolder } from "./support/folders.ts";
import { future, records } from "./support/records.ts";

it("removes expired records from the database, in the background", async () => {
  const data = await temporaryFolder();
  const pop = await createPop({ data, sweepInterval: 50 });
  const expires_at = future(3_000);
  const { status } = await inProcess(pop).batchWrite("de", [
    ...records(50).map((record) => ({ ...record, expires_at })),
    { record_key: "stays" },
  ]);
  expect(status).toBe(200);
  await wait(Date.parse(expires_at) - Date.now() + 300);
  await pop.close();
  expect(await queryNumber(data, "select count(*)::int as value from pop_records")).toBe(1);
});

it("runs its maintenance while it is used, and loses no records", async () => {
  const data = await temporaryFolder();
  const pop = await createPop({ data });
  const caller = inProcess(pop);
  const all = records(1_500);
  for (let start = 0; start < all.length; start += 100) {
    expect((await caller.batchWrite("de", all.slice(start, start + 100))).status).toBe(200);
  }
  const keys: unknown[] = [];
  for (let offset = 0; offset < all.length; offset += 100) keys.push(...(await caller.find("de", {}, { offset })).keys);
  expect(keys).toEqual(all.map((record) => record.record_key));
  await pop.close();
  // The planner has a count of the table only after ANALYZE.
  expect(
    await queryNumber(data, "select reltuples::int as value from pg_class where relname = 'pop_records'"),
  ).toBeGreaterThan(500);
});
