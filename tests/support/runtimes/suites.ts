/** The folders of tests. All but `runtime` run only in Node.js. */
export const suites = {
  unit: "tests/unit",
  contract: "tests/contract",
  endToEnd: "tests/e2e",
  /** The use of the page that `npm start` serves, driven from Node.js; a part of `endToEnd` that runs separately. */
  page: "tests/e2e/page",
  /** What differs by platform: the same files in every runtime. */
  runtime: "tests/runtime",
} as const;

/** The test files of a folder, for Vitest. */
export const testsIn = (folder: string): string => `${folder}/**/*.test.ts`;

/**
 * The projects that run in workerd. A compatibility date decides which Web APIs a Worker has: the newest that the
 * installed workerd supports, and an old one.
 */
export const compatibilityDates = { workerd: "2026-10-23", "workerd-2024-09-01": "2024-09-01" };

export const workerdNames: readonly string[] = Object.keys(compatibilityDates);
