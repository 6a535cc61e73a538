import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, inject, it } from "vitest";
import { output } from "../../support/runtimes/processes.ts";
import { apiReport } from "./api-report.ts";
import { bundleForBrowsers } from "./bundle.ts";
import { packPackage } from "./packed.ts";

const nodeModules = (path: string): string => fileURLToPath(new URL(`../../../node_modules/${path}`, import.meta.url));

/** Bytes of gzip that a page may have to load for the whole package with its dependencies: 52.4 kB and a tenth. */
const sizeBudget = 57_600;

const packed = await packPackage();

afterAll(() => packed.remove());

describe("the tarball", { timeout: 120_000 }, () => {
  it("has no fault that publint knows", async () => {
    await output(nodeModules(".bin/publint"), ["run", packed.tarball, "--strict"]);
  });

  it("has the right types for every way to import it as a module", async () => {
    await output(nodeModules(".bin/attw"), [packed.tarball, "--profile", "esm-only", "--no-color"]);
  });
});

describe("installed in an empty project", { timeout: 120_000 }, () => {
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

  it.each(["browser", "node"])("compiles in a project for the %s", async (project) => {
    const args = ["-p", `tsconfig.${project}.json`, "--typeRoots", nodeModules("@types")];
    await output(nodeModules(".bin/tsc"), args, { cwd: packed.consumer });
  });
});

describe("bundled for browsers", () => {
  it(`is at most ${sizeBudget} bytes of gzip`, async () => {
    const bundle = await bundleForBrowsers(packed.consumer);
    expect(bundle.gzipped).toBeGreaterThan(0);
    expect(bundle.gzipped).toBeLessThanOrEqual(sizeBudget);
  });

  it("needs no module that a browser lacks", async () => {
    const bundle = await bundleForBrowsers(packed.consumer);
    expect(bundle.missing).toStrictEqual([]);
  });
});

it("has the public surface of tests/api.md (after a change on purpose: npm run api)", async () => {
  const entries = ["index.d.ts", "protocol.d.ts"].map((name) => join(packed.installed, "dist", name));
  const recorded = await readFile(new URL("../../api.md", import.meta.url), "utf8");
  expect(apiReport(entries)).toBe(recorded);
});
