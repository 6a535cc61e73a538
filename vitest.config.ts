import { fileURLToPath } from "node:url";
import { defineConfig, type TestProjectConfiguration } from "vitest/config";
import "./tests/support/runtimes/map-group-by.ts";
import { snippets } from "./tests/e2e/readme/plugin.ts";
import { browsers } from "./tests/support/runtimes/browsers.ts";
import { drivenTests, testsIn } from "./tests/support/runtimes/portable-tests.ts";
import { runtime } from "./tests/support/runtimes/runtime.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** What a person does on the page that `npm start` serves, from Node.js. */
const pageOfPlayground = "tests/e2e/page/**/*.test.ts";

/** What drives a browser from Node.js: it is named, as a gap, by tests/run.ts where the browser is absent. */
const absentBrowserTests = browsers
  .filter(({ provider }) => provider === undefined)
  .map(({ name }) => drivenTests(name));

const inNode: TestProjectConfiguration = {
  extends: true,
  plugins: [snippets("node")],
  test: { name: "node", include: ["tests/**/*.test.ts"], exclude: [pageOfPlayground], pool: "forks" },
};

const ofPage: TestProjectConfiguration = {
  extends: true,
  test: { name: "page", include: [pageOfPlayground], exclude: absentBrowserTests, pool: "forks" },
};

const inBrowsers: TestProjectConfiguration[] = browsers.flatMap(({ name, provider }) =>
  provider === undefined
    ? []
    : {
        extends: true,
        plugins: [snippets("browser")],
        test: {
          ...testsIn(name),
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

/** Deno has no worker threads that Vitest can end, Bun no process channel that it can let go. */
const inThisRuntime: TestProjectConfiguration = {
  extends: true,
  plugins: [snippets(runtime === "deno" ? "deno" : "node")],
  test: { ...testsIn(runtime), name: runtime, pool: runtime === "bun" ? "threads" : "forks" },
};

export default defineConfig({
  resolve: {
    alias: {
      "incountry-storage/protocol": here("src/protocol.ts"),
      "incountry-storage": here("src/index.ts"),
      "incountry-playground": here("playground/pop/index.ts"),
    },
  },
  // Named here, so that a browser's first run finds them bundled and is not reloaded half-way.
  optimizeDeps: { include: ["@noble/hashes/sha2.js", "fast-check", "ky", "lossless-json", "valibot"] },
  test: {
    globalSetup: ["tests/support/runtimes/global-setup.ts"],
    // Looks through all that is logged and thrown.
    setupFiles: ["tests/support/leaks/watch.ts"],
    allowOnly: false,
    // A test's console is shown where it fails.
    silent: "passed-only",
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A second, which is Vitest's own, is little on a busy machine.
    expect: { poll: { timeout: 15_000 } },
    projects: runtime === "node" ? [inNode, ofPage, ...inBrowsers] : [inThisRuntime],
  },
});
