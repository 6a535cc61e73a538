/** What differs by platform: the same files in every runtime. */
export const runtimeSuite = "tests/runtime/**/*.test.ts";

/** What a person does on the page that `npm start` serves, driven from Node.js. */
export const pageSuite = "tests/e2e/page/**/*.test.ts";

/** The part of it that needs a browser. */
export function pageSuiteIn(browser: string): string {
  return `tests/e2e/page/${browser}/**/*.test.ts`;
}

/**
 * The projects that run in workerd. A compatibility date decides which Web APIs a Worker has: the newest that the installed
 * workerd knows, and an old one.
 */
export const compatibilityDates = { workerd: "2026-10-23", "workerd-2024-09-01": "2024-09-01" };

export const workerdNames: readonly string[] = Object.keys(compatibilityDates);
