import { fileURLToPath } from "node:url";
import { browsers } from "./browsers.ts";

const here = (path: string): string => fileURLToPath(new URL(`../../../node_modules/${path}`, import.meta.url));
const vitest = here("vitest/vitest.mjs");

/** A program that runs Vitest, and with it the tests that vitest.config.ts gives to some of its projects. */
export interface TestRun {
  readonly name: string;
  readonly title: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly projects: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const installed = browsers.filter(({ provider }) => provider !== undefined).map(({ name }) => name);

const inNode = { program: process.execPath, args: [vitest], env: {} };

/** The longest first. */
export const testRuns: readonly TestRun[] = [
  { ...inNode, name: "node", title: "Node.js", projects: ["node"] },
  // Without a browser Vitest would run all its projects.
  ...(installed.length === 0
    ? []
    : [{ ...inNode, name: "browsers", title: `browsers (${installed.join(", ")})`, projects: installed }]),
  { ...inNode, name: "page", title: "the page of the playground", projects: ["page"] },
  {
    name: "deno",
    title: "Deno",
    program: here(".bin/deno"),
    args: ["run", "--allow-all", "--no-remote", "--node-modules-dir=manual", vitest],
    projects: ["deno"],
    env: { DENO_DIR: here(".cache/deno"), DENO_NO_UPDATE_CHECK: "1" },
  },
  {
    name: "bun",
    title: "Bun",
    program: here(".bin/bun"),
    args: ["--bun", vitest],
    projects: ["bun"],
    env: { DO_NOT_TRACK: "1" },
  },
];
