import { fileURLToPath } from "node:url";
import { defineConfig, type TestProjectConfiguration } from "vitest/config";
import "./tests/support/runtimes/map-group-by.ts";
import { snippets } from "./tests/e2e/readme/plugin.ts";
import { eventTimeout, testTimeout } from "./tests/support/patience.ts";
import { browsers } from "./tests/support/runtimes/browsers.ts";
import { isNodeItself, runtime } from "./tests/support/runtimes/runtime.ts";
import { suites, testsIn } from "./tests/support/runtimes/suites.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

interface NodeSettings {
  readonly exclude?: string[];
  readonly execArgv?: string[];
}

const inNode = (name: string, folder: string, settings: NodeSettings = {}): TestProjectConfiguration => ({
  extends: true,
  test: { name, include: [testsIn(folder)], pool: "forks", ...settings },
});

/** For processes that start many embedded databases: optimizing their WebAssembly takes longer than it saves. */
const execArgv = ["--liftoff-only"];

/** Reported as a gap by tests/run.ts. */
const pagesOfAbsentBrowsers = browsers
  .filter(({ provider }) => provider === undefined)
  .map(({ name }) => testsIn(`${suites.page}/${name}`));

/** One file at a time, since they share a playground. */
const ofPage: TestProjectConfiguration = {
  extends: true,
  test: {
    name: "page",
    include: [testsIn(suites.page)],
    exclude: pagesOfAbsentBrowsers,
    pool: "forks",
    globalSetup: ["tests/e2e/page/global-setup.ts"],
    maxWorkers: 1,
  },
};

const ofNode = [
  inNode("unit", suites.unit),
  inNode("contract", suites.contract, { execArgv }),
  inNode("e2e", suites.endToEnd, { execArgv, exclude: [testsIn(suites.page)] }),
  ofPage,
];

const inBrowsers: TestProjectConfiguration[] = browsers.flatMap(({ name, provider }) =>
  provider === undefined
    ? []
    : {
        extends: true,
        plugins: [snippets("browser")],
        test: {
          include: [testsIn(suites.runtime)],
          name,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider,
            instances: [{ name, browser: name }],
          },
        },
      },
);

/** Vitest cannot terminate Deno's worker threads, nor close Bun's process channel. */
const inThisRuntime: TestProjectConfiguration = {
  extends: true,
  plugins: [snippets(runtime === "deno" ? "deno" : "node")],
  test: { include: [testsIn(suites.runtime)], name: runtime, pool: runtime === "bun" ? "threads" : "forks" },
};

/** Imported dynamically, since Deno and Bun cannot load it. */
const inWorkerd = isNodeItself ? (await import("./tests/support/runtimes/workerd.ts")).inWorkerd : [];

export default defineConfig({
  resolve: {
    alias: {
      "incountry-storage/protocol": here("src/protocol.ts"),
      "incountry-storage/records": here("src/records-entry.ts"),
      "incountry-storage": here("src/index.ts"),
      "incountry-playground": here("playground/pop/index.ts"),
    },
  },
  // Listed here, so that the first run of a browser does not reload the page to bundle them.
  optimizeDeps: { include: ["@noble/hashes/sha2.js", "fast-check", "ky", "lossless-json", "valibot"] },
  test: {
    globalSetup: ["tests/support/runtimes/global-setup.ts"],
    // Searches all logs and errors.
    setupFiles: ["tests/support/leaks/watch.ts"],
    // Loading the modules again for each file takes a fifth of the time; the files keep no state in them.
    isolate: false,
    allowOnly: false,
    // The console of a test is shown if it fails.
    silent: "passed-only",
    testTimeout,
    hookTimeout: testTimeout,
    // A defect of Node.js 22 and 24, which no program can catch: https://github.com/nodejs/undici/issues/5360
    onUnhandledError: ({ message, stack = "" }) =>
      !(message.includes("assert(!this.paused)") && stack.includes("undici")),
    expect: { poll: { timeout: eventTimeout } },
    projects: isNodeItself ? [...ofNode, inThisRuntime, ...inBrowsers, ...inWorkerd] : [inThisRuntime],
  },
});
