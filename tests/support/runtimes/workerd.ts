import { cloudflareTest } from "@cloudflare/vitest-plugin";
import type { TestProjectConfiguration } from "vitest/config";
import { snippets } from "../../e2e/readme/plugin.ts";
import { compatibilityDates, runtimeSuite } from "./suites.ts";

export const inWorkerd: TestProjectConfiguration[] = Object.entries(compatibilityDates).map(
  ([name, compatibilityDate]) => ({
    extends: true,
    plugins: [cloudflareTest({ miniflare: { compatibilityDate } }), snippets("all")],
    test: { name, include: [runtimeSuite] },
  }),
);
