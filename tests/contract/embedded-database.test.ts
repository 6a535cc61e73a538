import { setTimeout as wait } from "node:timers/promises";
import { createPop } from "incountry-playground";
import { number, object, parse } from "valibot";
import { expect, it } from "vitest";
import { inProcess } from "./support/caller.ts";
import { queryRow } from "./support/closed-database.ts";
import { temporaryFolder } from "./support/folders.ts";
import { future, records } from "./support/records.ts";

it("removes expired records and runs its maintenance while it is used, and loses no other records", async () => {
  const data = await temporaryFolder();
  const pop = await createPop({ data, sweepInterval: 50 });
  const caller = inProcess(pop);
  const expires_at = future(3_000);
  const expiring = records(50).map((record) => ({ ...record, expires_at }));
  expect((await caller.batchWrite("fr", expiring)).status).toBe(200);
  const all = records(1_500);
  for (let start = 0; start < all.length; start += 100) {
    expect((await caller.batchWrite("de", all.slice(start, start + 100))).status).toBe(200);
  }
  const keys: unknown[] = [];
  for (let offset = 0; offset < all.length; offset += 100) keys.push(...(await caller.find("de", {}, { offset })).keys);
  expect(keys).toEqual(all.map((record) => record.record_key));
  await wait(Date.parse(expires_at) - Date.now() + 300);
  await pop.close();
  // The planner has a count of the table only after ANALYZE.
  const counts = `select (select count(*)::int from pop_records) as stored, reltuples::int as planned
    from pg_class where relname = 'pop_records'`;
  const { stored, planned } = parse(object({ stored: number(), planned: number() }), await queryRow(data, counts));
  expect(stored).toBe(all.length);
  expect(planned).toBeGreaterThan(500);
});
