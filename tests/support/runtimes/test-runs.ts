import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { browsers } from "./browsers.ts";
import { findNodeVersions } from "./node-versions.ts";
import { suites, workerdNames } from "./suites.ts";

const here = (path: string): string => fileURLToPath(new URL(`../../../node_modules/${path}`, import.meta.url));
const vitest = here("vitest/vitest.mjs");

/** A program that runs Vitest on the tests of a folder. */
export interface TestRun {
  readonly name: string;
  readonly title: string;
  readonly folder: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly projects: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A program that is not installed, and the tests that are not run without it. */
export interface Absent {
  readonly title: string;
  readonly tests: string;
  readonly install: string;
}

const nodeVersions = await findNodeVersions();

const inNode = { program: process.execPath, args: [vitest], env: {} };
const inRuntime = (name: string, title: string) => ({ name, title, folder: suites.runtime, projects: [name] });

/** The longest first, so that the last ones to end are short. */
export const testRuns: readonly TestRun[] = [
  { ...inNode, name: "contract", title: "contract of the PoP", folder: suites.contract, projects: ["contract"] },
  { ...inNode, name: "unit", title: "units", folder: suites.unit, projects: ["unit"] },
  { ...inNode, name: "page", title: "page of the playground", folder: suites.page, projects: ["page"] },
  { ...inNode, name: "e2e", title: "end to end", folder: suites.endToEnd, projects: ["e2e"] },
  { ...inNode, ...inRuntime("workerd", "workerd"), projects: workerdNames },
  ...browsers
    .filter(({ provider }) => provider !== undefined)
    .map(({ name }) => ({ ...inNode, ...inRuntime(name, name) })),
  ...nodeVersions.flatMap(({ name, title, program }) =>
    program === undefined ? [] : { ...inRuntime(name, title), program, args: [vitest], env: {} },
  ),
  {
    ...inRuntime("deno", "Deno"),
    program: here(".bin/deno"),
    args: ["run", "--allow-all", "--no-remote", "--node-modules-dir=manual", vitest],
    env: { DENO_DIR: here(".cache/deno"), DENO_NO_UPDATE_CHECK: "1" },
  },
  { ...inRuntime("bun", "Bun"), program: here(".bin/bun"), args: ["--bun", vitest], env: { DO_NOT_TRACK: "1" } },
];

export const absent: readonly Absent[] = [
  ...browsers
    .filter(({ provider }) => provider === undefined)
    .map(({ name, install }) => ({
      title: name,
      tests: `${suites.runtime}/, ${suites.page}/${name}/`,
      install,
    })),
  ...nodeVersions
    .filter(({ program }) => program === undefined)
    .map(({ title, install }) => ({ title, tests: `${suites.runtime}/`, install })),
];

/** The runs with a file whose path contains one of the filters; all runs if a filter is a Vitest option. */
export function runsOf(filters: readonly string[]): TestRun[] {
  if (filters.length === 0 || filters.some((filter) => filter.startsWith("-"))) return [...testRuns];
  const root = new URL("../../../", import.meta.url);
  return testRuns.filter(({ folder }) =>
    readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: "utf8" })
      .map((name) => `${folder}/${name}`)
      .some((path) => path.endsWith(".test.ts") && filters.some((filter) => path.includes(filter))),
  );
}
