import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, inject, it } from "vitest";
import { output } from "../../support/runtimes/processes.ts";
import { apiReport } from "./api-report.ts";
import { bundlers } from "./bundle.ts";
import { packPackage } from "./packed.ts";

const nodeModules = (path: string): string => fileURLToPath(new URL(`../../../node_modules/${path}`, import.meta.url));

const packed = await packPackage();

afterAll(() => packed.remove());

describe("the tarball", () => {
  it("passes publint", async () => {
    await output(nodeModules(".bin/publint"), ["run", packed.tarball, "--strict"]);
  });

  it("has the right types for every way to import it as a module", async () => {
    await output(nodeModules(".bin/attw"), [packed.tarball, "--profile", "esm-only", "--no-color"]);
  });
});

describe("installed in an empty project", () => {
  const runtimes = [
    { runtime: "node", program: execPath, args: [] },
    { runtime: "deno", program: nodeModules(".bin/deno"), args: ["run", "--allow-net", "--no-remote"] },
    { runtime: "bun", program: nodeModules(".bin/bun"), args: ["run"] },
  ];

  it.each(runtimes)("writes and reads a record in $runtime, without a bundler", async ({ runtime, program, args }) => {
    const { url, environmentId, apiKey } = inject("pop");
    const command = [...args, "round-trip.mjs", url, environmentId, apiKey, "se"];
    const printed: unknown = JSON.parse(await output(program, command, { cwd: packed.consumer }));
    expect(printed).toStrictEqual({
      runtime,
      body: "Zażółć gęślą jaźń",
      rangeKey1: "9007199254740993",
      refusedWithStorageError: true,
      wireName: "record_key",
    });
  });

  it("can be required in CommonJS", async () => {
    const printed: unknown = JSON.parse(await output(execPath, ["require.cjs"], { cwd: packed.consumer }));
    expect(printed).toStrictEqual({ constructed: true, wireName: "record_key" });
  });

  const compilers = [
    { project: "browser", compiler: "typescript" },
    { project: "node", compiler: "typescript" },
    { project: "browser", compiler: "typescript-7" },
    { project: "node", compiler: "typescript-7" },
  ];

  it.each(compilers)("compiles in a project for the $project with $compiler", async ({ project, compiler }) => {
    const args = ["-p", `tsconfig.${project}.json`, "--typeRoots", nodeModules("@types")];
    await output(nodeModules(`${compiler}/bin/tsc`), args, { cwd: packed.consumer });
  });
});

/** The imports of a page, and the limit in bytes of gzip for each, dependencies included. */
const budgets = {
  "one class of errors": { code: 'export { InputValidationError } from "incountry-storage";', most: 1_500 },
  createRecordStorage: { code: 'export { createRecordStorage } from "incountry-storage/records";', most: 40_000 },
  "createRecordStorage, by the main entry": {
    code: 'export { createRecordStorage } from "incountry-storage";',
    most: 40_000,
  },
  "the protocol's facts": { code: 'export { fieldEntries } from "incountry-storage/protocol";', most: 1_500 },
  everything: { code: 'export * from "incountry-storage";', most: 57_600 },
} as const;

describe.each(Object.entries(bundlers))("bundled for browsers by %s", (_, bundle) => {
  it.each(Object.entries(budgets))("%s is within its budget, and needs no Node.js module", async (_, budget) => {
    const { gzipped, missing } = await bundle(packed.consumer, budget.code);
    expect(gzipped).toBeGreaterThan(100);
    expect(gzipped).toBeLessThanOrEqual(budget.most);
    expect(missing).toStrictEqual([]);
  });
});

it("has the public API of tests/api.md (after an intended change: npm run api)", async () => {
  const entries = ["index.d.ts", "records.d.ts", "protocol.d.ts"].map((name) => join(packed.installed, "dist", name));
  const recorded = await readFile(new URL("../../api.md", import.meta.url), "utf8");
  expect(apiReport(entries)).toBe(recorded);
});
