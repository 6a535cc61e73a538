import { createPop } from "incountry-playground";
import { expect, it, onTestFinished } from "vitest";
import { inProcess } from "./support/caller.ts";

const mebibyte = 1024 * 1024;

it("refuses a page whose bodies would take the memory of the process, and returns fewer of them", async () => {
  const pop = await createPop({ memory: true });
  onTestFinished(() => pop.close());
  const caller = inProcess(pop);
  const body = "x".repeat(31 * mebibyte);
  for (let number = 0; number < 9; number += 1) {
    expect((await caller.write("de", { record_key: `k${number}`, body })).status).toBe(200);
  }
  const refused = await caller.find("de", {});
  expect([refused.status, refused.sources]).toEqual([413, ["options.limit"]]);
  expect((await caller.find("de", {}, { limit: 2, offset: 9 })).status).toBe(200);
  const some = await caller.find("de", {}, { limit: 2, offset: 1 });
  expect([some.status, some.keys]).toEqual([200, ["k1", "k2"]]);
});

it("refuses a page whose text is longer than a string can be", async () => {
  const pop = await createPop({ memory: true });
  onTestFinished(() => pop.close());
  const caller = inProcess(pop);
  // In JSON each of them is six characters long.
  const body = "\u0001".repeat(5 * mebibyte);
  for (let number = 0; number < 18; number += 1) {
    expect((await caller.write("de", { record_key: `k${number}`, body })).status).toBe(200);
  }
  const refused = await caller.find("de", {});
  expect([refused.status, refused.sources]).toEqual([413, ["options.limit"]]);
});
