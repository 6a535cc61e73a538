import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startPop } from "incountry-playground";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parsePeople } from "../../../playground/demo/person.ts";
import { steps } from "../../../playground/demo/steps/index.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const people = parsePeople(await readFile(join(root, "playground/data/people.json"), "utf8"));
const timeout = 120_000;

let data: string;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "demo-"));
});

afterEach(async () => {
  await rm(data, { recursive: true, force: true });
});

/** A single process, so that a signal reaches the demo itself. */
function startDemo(...options: string[]): ChildProcess {
  return spawn(process.execPath, ["--import", "./playground/typescript.js", "playground/demo.ts", ...options], {
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

test("succeeds on an empty folder, and again on the resulting one", { timeout: timeout }, async () => {
  const first = await runDemo("--data", data);
  expectComplete(first);
  expect(first.output).toContain("Greece: 30 created in this run, 0 in an earlier one.");

  const second = await runDemo("--data", data);
  expectComplete(second);
  expect(second.output).toContain("Greece: 0 created in this run, 30 in an earlier one.");
});

test("succeeds on the folder of a demo that was killed during its writes", {
  timeout: timeout,
}, async () => {
  const killed = startDemo("--data", data);
  const output = collect(killed.stdout);
  killed.stdout?.on("data", () => {
    if (output().includes("Brazil")) killed.kill("SIGKILL");
  });
  await once(killed, "close");
  expect(killed.signalCode).toBe("SIGKILL");
  expect(output()).not.toContain("\n2. ");

  expectComplete(await runDemo("--data", data));
});

test("rejects an unknown option, and starts nothing", async () => {
  const { exitCode, output } = await runDemo("--folder", data);
  expect(exitCode).toBe(1);
  expect(output).toContain("--folder");
  expect(output).not.toContain("listens");
});

test("leaves the folder of another PoP alone, and prints the remedy", async () => {
  const pop = await startPop({ port: 0, data });
  try {
    const { exitCode, output } = await runDemo("--data", data);
    expect(exitCode).toBe(1);
    expect(output).toContain("in use");
    expect(output).not.toMatch(/^1\. /m);
  } finally {
    await pop.close();
  }
});
