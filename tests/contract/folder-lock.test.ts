import { readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { UsageError } from "incountry-playground";
import { describe, expect, it } from "vitest";
import { lockFolder } from "../../playground/pop/node/folder-lock.ts";
import { ownNamespace } from "../../playground/pop/node/running-process.ts";
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

it("admits one of many", async () => {
  const folder = await temporaryFolder();
  const tries = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)));
  expect(tries.filter((tried) => tried.status === "fulfilled")).toHaveLength(1);
  expect(await readdir(folder)).toEqual(["pop.lock.1"]);
});

it("never admits two at once, however many come and go", async () => {
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

const namespace = await ownNamespace();

it.each([
  ["a process that has exited", { pid: 2 ** 22 + 1, started: "then", namespace }],
  ["a process whose id has been reused", { pid: process.pid, started: "another time", namespace }],
  ["a file that is not a lock", "what is this"],
])("ignores %s", async (_owner, content) => {
  const folder = await temporaryFolder();
  const path = join(folder, "pop.lock.7");
  await writeFile(path, JSON.stringify(content));
  const tries = await Promise.allSettled(Array.from({ length: 10 }, () => lockFolder(folder)));
  expect(tries.filter((tried) => tried.status === "fulfilled")).toHaveLength(1);
  expect(await readdir(folder)).toEqual(["pop.lock.8"]);
  expect(JSON.parse(await readFile(join(folder, "pop.lock.8"), "utf8"))).toMatchObject({ pid: process.pid });
});

describe("an owner of another container or machine", () => {
  // Here it is another process, or none: its process id means nothing.
  const owner = { pid: 1, started: "then", namespace: "elsewhere" };
  const quick = { touchEvery: 50, deadAfter: 1_000 };

  async function foreignLock(age: number): Promise<{ folder: string; touch: (age: number) => Promise<void> }> {
    const folder = await temporaryFolder();
    const path = join(folder, "pop.lock.3");
    await writeFile(path, JSON.stringify(owner));
    const touch = (age: number) => utimes(path, new Date(), new Date(Date.now() - age));
    await touch(age);
    return { folder, touch };
  }

  it("holds a folder as long as it touches its lock", async () => {
    const { folder, touch } = await foreignLock(0);
    const touching = setInterval(() => void touch(0), 10);
    const refused = lockFolder(folder);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(/in use by process 1 of another container or machine\. Stop it, or choose/);
    clearInterval(touching);
    expect(await readdir(folder)).toEqual(["pop.lock.3"]);
  });

  it("no longer holds it once the lock has not been touched for long", async () => {
    const { folder } = await foreignLock(31_000);
    const lock = await lockFolder(folder);
    expect(await readdir(folder)).toEqual(["pop.lock.4"]);
    await lock.release();
  });

  it.each([
    ["a moment ago", 0],
    ["with a fast clock", -3_600_000],
  ])("no longer holds it when it died %s, once that is certain", async (_when, age) => {
    const { folder } = await foreignLock(age);
    const lock = await lockFolder(folder, quick);
    expect(await readdir(folder)).toEqual(["pop.lock.4"]);
    await lock.release();
  });

  it("releases it like any other", async () => {
    const { folder } = await foreignLock(0);
    const locking = lockFolder(folder);
    await wait(200);
    await writeFile(join(folder, "pop.lock.3"), "null");
    const lock = await locking;
    expect(await readdir(folder)).toEqual(["pop.lock.4"]);
    await lock.release();
  });
});

it("signals that it is alive until it releases the lock", async () => {
  const folder = await temporaryFolder();
  const lock = await lockFolder(folder, { touchEvery: 20, deadAfter: 1_000 });
  const path = join(folder, "pop.lock.1");
  const touched = async () => (await stat(path)).mtimeMs;
  await utimes(path, 0, 0);
  await expect.poll(touched).toBeGreaterThan(0);
  await lock.release();
  await utimes(path, 0, 0);
  await wait(100);
  expect(await touched()).toBe(0);
});
