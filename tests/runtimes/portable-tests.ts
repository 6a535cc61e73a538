/** The folders whose tests run in every runtime, except for files named `*.node.test.ts`. */
const folders = ["attachments", "conformance", "crypto", "http", "migration", "records", "storage", "types"];

/** What drives a browser from Node.js, as a person would. */
export function drivenTests(browser: string): string {
  return `tests/page/${browser}/**/*.test.ts`;
}

/** What Vitest runs in every runtime. */
export const portableTests = {
  include: [`tests/{${folders.join(",")}}/**/*.test.ts`, "tests/readme/snippets.test.ts"],
  exclude: ["**/*.node.test.ts"],
};
