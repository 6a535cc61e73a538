import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "incountry-playground";
import { expect, it } from "vitest";
import { lockFolder } from "../../playground/pop/node/folder-lock.ts";
import { temporaryFolder } from "./support/folders.ts";

it("holds a folder until it is released, also against its own process", async () => {
  const folder = await temporaryFolder();
  const lock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toThrow(UsageError);
  await expect(lockFolder(folder)).rejects.toThrow(`process ${process.pid}`);
  await lock.release();
  const again = await lockFolder(folder);
  await again.release();
  expect(await readdir(folder)).toEqual(["pop.lock.2"]);
});

it("lets one of many through", async () => {
  const folder = await temporaryFolder();
  const tries = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)));
  expect(tries.filter((tried) => tried.status === "fulfilled")).toHaveLength(1);
  expect(await readdir(folder)).toEqual(["pop.lock.1"]);
});

it("never lets two in at once, however many come and go", async () => {
  const folder = await temporaryFolder();
  let holders = 0;
  let held = 0;
  const comeAndGo = async () => {
    for (let round = 0; round < 15; round++) {
      const lock = await lockFolder(folder).catch((error: unknown) => {
        if (!(error instanceof UsageError)) throw error;
      });
      if (lock === undefined) continue;
      holders += 1;
      held += 1;
      expect(holders).toBe(1);
      await readdir(folder);
      expect(holders).toBe(1);
      holders -= 1;
      await lock.release();
    }
  };
  await Promise.all(Array.from({ length: 12 }, comeAndGo));
  expect(held).toBeGreaterThan(1);
});

it.each([
  ["a process that is gone", { pid: 2 ** 22 + 1, started: "then" }],
  ["a process whose number another has now", { pid: process.pid, started: "another time" }],
  ["a file that is no lock", "what is this"],
])("does not mind %s", async (_owner, content) => {
  const folder = await temporaryFolder();
  const path = join(folder, "pop.lock.7");
  await writeFile(path, JSON.stringify(content));
  const tries = await Promise.allSettled(Array.from({ length: 10 }, () => lockFolder(folder)));
  expect(tries.filter((tried) => tried.status === "fulfilled")).toHaveLength(1);
  expect(await readdir(folder)).toEqual(["pop.lock.8"]);
  expect(JSON.parse(await readFile(join(folder, "pop.lock.8"), "utf8"))).toMatchObject({ pid: process.pid });
});
