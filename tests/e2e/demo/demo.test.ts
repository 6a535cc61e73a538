import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parsePeople } from "../../../playground/demo/person.ts";
import { steps } from "../../../playground/demo/steps/index.ts";
import { lockFolder } from "../../../playground/pop/node/folder-lock.ts";
import { shortLived } from "../../contract/support/command.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const people = parsePeople(await readFile(join(root, "playground/data/people.json"), "utf8"));

let data: string;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "demo-"));
});

afterEach(async () => {
  await rm(data, { recursive: true, force: true });
});

/** A single process, so that a signal reaches the demo itself. */
function startDemo(...options: string[]): ChildProcess {
  const source = ["--import", "./playground/typescript.js", "playground/demo.ts"];
  return spawn(process.execPath, [...shortLived, ...source, ...options], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function runDemo(...options: string[]): Promise<{ exitCode: number | null; output: string; errors: string }> {
  const demo = startDemo(...options);
  const output = collect(demo.stdout);
  const errors = collect(demo.stderr);
  await once(demo, "close");
  return { exitCode: demo.exitCode, output: output(), errors: errors() };
}

function collect(stream: ChildProcess["stdout"]): () => string {
  const chunks: Buffer[] = [];
  stream?.on("data", (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
}

function expectComplete({ exitCode, output, errors }: Awaited<ReturnType<typeof runDemo>>): void {
  expect(output).not.toContain("✗");
  expect(errors).toBe("");
  expect(exitCode).toBe(0);
  expect(output).toMatch(/^[\n\P{Cc}]*$/u);
  expectClosingTable(output);
  expect(output).toContain("Every result was checked");
}

/** The closing table must have each step with its records, and the sum. */
function expectClosingTable(output: string): void {
  const table = output.slice(output.indexOf("Summary"));
  const records = new Map(
    [...table.matchAll(/^ {3}(\S.*?) {2,}([\d,]+) +[\d,.]+ +[\d,.]+ +[\d,]+ +[\d,]+$/gm)].map(
      ([, title = "", count = ""]) => [title, Number(count.replaceAll(",", ""))],
    ),
  );
  expect([...records.keys()]).toEqual([...steps.map(({ title }) => title), "total"]);
  expect(records.get("Write people to their countries")).toBe(people.length);
  expect(records.get("Publish a directory")).toBe(people.filter(({ listed }) => listed === true).length);
  expect(records.get("Read all pages")).toBe(people.length);
  expect(records.get("Rotate the secret")).toBe(people.length);
  expect(records.get("Delete")).toBe(people.filter(({ country }) => country === "ge").length);
}

test("succeeds on an empty folder, and again after another one was killed during its writes there", async () => {
  const first = await runDemo("--data", data);
  expectComplete(first);
  expect(first.output).toContain("Greece: 30 created in this run, 0 in an earlier one.");

  // The first one deleted the records of a country at its end, so this one finds some of the people.
  const killed = startDemo("--data", data);
  const output = collect(killed.stdout);
  killed.stdout?.on("data", () => {
    if (output().includes("Brazil")) killed.kill("SIGKILL");
  });
  await once(killed, "close");
  expect(killed.signalCode).toBe("SIGKILL");
  expect(output()).not.toContain("\n2. ");

  const last = await runDemo("--data", data);
  expectComplete(last);
  expect(last.output).toContain("Greece: 0 created in this run, 30 in an earlier one.");
});

test("rejects an unknown option, and starts nothing", async () => {
  const { exitCode, output } = await runDemo("--folder", data);
  expect(exitCode).toBe(1);
  expect(output).toContain("--folder");
  expect(output).not.toContain("listens");
});

test("leaves a folder that another PoP has locked alone, and prints the remedy", async () => {
  const lock = await lockFolder(data);
  try {
    const { exitCode, output } = await runDemo("--data", data);
    expect(exitCode).toBe(1);
    expect(output).toContain("in use");
    expect(output).not.toMatch(/^1\. /m);
  } finally {
    await lock.release();
  }
});
