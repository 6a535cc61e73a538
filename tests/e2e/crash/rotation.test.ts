import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { type PopServer, startPop } from "incountry-playground";
import { Storage } from "incountry-storage";
import { afterEach, expect, it } from "vitest";
import { secrets } from "../../support/rotation/secrets.ts";
import { recordOf } from "./processes/record.ts";

const count = 3_000;
const running: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of running.splice(0).toReversed()) await end();
});

type Program = ChildProcessByStdio<Writable, Readable, null>;

/** Starts a program of processes/; reports each line that it prints: two numbers. */
function start(program: "rotate" | "write", pop: PopServer, onLine: (one: number, other: number) => void): Program {
  const path = fileURLToPath(new URL(`processes/${program}.ts`, import.meta.url));
  const { environmentId, apiKey } = pop.client;
  const args = ["--import", "tsx", path, JSON.stringify({ url: pop.url, environmentId, apiKey }), String(count)];
  const tsconfig = fileURLToPath(new URL("../../tsconfig.json", import.meta.url));
  const child = spawn(process.execPath, args, {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, TSX_TSCONFIG_PATH: tsconfig },
  });
  createInterface(child.stdout).on("line", (line) => {
    const [one = Number.NaN, other = Number.NaN] = line.split(" ").map(Number);
    onLine(one, other);
  });
  running.push(async () => child.kill("SIGKILL"));
  return child;
}

const ended = (child: Program): Promise<{ code: number | null; signal: NodeJS.Signals | null }> =>
  new Promise((resolve) => {
    // "close" instead of "exit": by then all its output has been read.
    child.once("close", (code, signal) => resolve({ code, signal }));
  });

it("rotates 3,000 records during other writes, killed and restarted twice, and loses nothing", async () => {
  const pop = await startPop({ port: 0, memory: true });
  running.push(() => pop.close());
  const { environmentId, apiKey } = pop.client;
  const access = { endpoint: pop.url, environmentId, apiKey };
  const older = new Storage({ ...access, getSecrets: () => secrets.before });
  for (let start = 0; start < count; start += 100) {
    await older.batchWrite(
      "de",
      Array.from({ length: 100 }, (_, index) => recordOf(start + index, 0)),
    );
  }

  const lastWriting = new Map<number, number>();
  const writer = start("write", pop, (index, writing) => lastWriting.set(index, writing));
  const writerEnded = ended(writer);
  const rotatedBeforeDeath: number[] = [];
  for (const mark of [600, 800]) {
    let rotated = 0;
    const rotator = start("rotate", pop, (migrated) => {
      rotated = migrated;
      if (migrated >= mark) rotator.kill("SIGKILL");
    });
    expect(await ended(rotator)).toStrictEqual({ code: null, signal: "SIGKILL" });
    rotatedBeforeDeath.push(rotated);
  }
  let rotated = 0;
  let left = Number.NaN;
  const rotator = start("rotate", pop, (migrated, totalLeft) => {
    [rotated, left] = [migrated, totalLeft];
    if (migrated >= 600 && writer.stdin.writable) writer.stdin.end();
  });
  expect(await ended(rotator)).toStrictEqual({ code: 0, signal: null });
  expect(await writerEnded).toStrictEqual({ code: 0, signal: null });

  expect(rotatedBeforeDeath.every((migrated) => migrated >= 600 && migrated < count)).toBe(true);
  expect(rotated).toBeGreaterThanOrEqual(600);
  expect(left).toBe(0);
  expect(lastWriting.size).toBeGreaterThan(50);

  const newer = new Storage({ ...access, getSecrets: () => secrets.after });
  const seen = new Set<string>();
  for await (const record of newer.findAll("de")) {
    expect(seen.has(record.recordKey)).toBe(false);
    seen.add(record.recordKey);
    const index = Number(record.recordKey.split(" ")[1]);
    expect(record).toMatchObject({ ...recordOf(index, lastWriting.get(index) ?? 0), version: 2 });
  }
  expect(seen.size).toBe(count);
  expect((await newer.find("de", {}, { limit: 1 })).meta.total).toBe(count);
});
