import { fileURLToPath } from "node:url";
import { browsers } from "./browsers.ts";
import type { Runtime } from "./runtime.ts";

const here = (path: string): string => fileURLToPath(new URL(`../../node_modules/${path}`, import.meta.url));
const vitest = here("vitest/vitest.mjs");

/** A program that runs Vitest, and with it the tests that vitest.config.ts gives to its runtime. */
export interface ServerRuntime {
  readonly name: Runtime;
  readonly title: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const installed = browsers.filter(({ provider }) => provider !== undefined).map(({ name }) => name);

export const serverRuntimes: readonly ServerRuntime[] = [
  {
    name: "node",
    title: ["Node.js", ...installed].join(", "),
    program: process.execPath,
    args: [vitest],
    env: {},
  },
  {
    name: "deno",
    title: "Deno",
    program: here(".bin/deno"),
    args: ["run", "--allow-all", "--no-remote", "--node-modules-dir=manual", vitest],
    env: { DENO_DIR: here(".cache/deno"), DENO_NO_UPDATE_CHECK: "1" },
  },
  {
    name: "bun",
    title: "Bun",
    program: here(".bin/bun"),
    args: ["--bun", vitest],
    env: { DO_NOT_TRACK: "1" },
  },
];
