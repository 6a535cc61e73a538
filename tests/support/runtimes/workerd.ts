import { cloudflareTest } from "@cloudflare/vitest-plugin";
import type { TestProjectConfiguration } from "vitest/config";
import { snippets } from "../../e2e/readme/plugin.ts";
import { compatibilityDates, suites, testsIn } from "./suites.ts";

/** At old dates workerd also reports rejections that are handled a microtask later, which would hide real ones. */
const compatibilityFlags = ["unhandled_rejection_after_microtask_checkpoint"];

export const inWorkerd: TestProjectConfiguration[] = Object.entries(compatibilityDates).map(
  ([name, compatibilityDate]) => ({
    extends: true,
    plugins: [
      cloudflareTest({ verbose: false, miniflare: { compatibilityDate, compatibilityFlags } }),
      snippets("all"),
    ],
    test: { name, include: [testsIn(suites.runtime)] },
  }),
);
