/** The folders of what meets the platform: its cryptography, its network, its streams and files. */
const platformFolders = ["attachments", "conformance", "crypto", "http"];
/** The folders of what is above that, which is the same code on the same language everywhere. */
const logicFolders = ["rotation", "records", "storage", "types"];

/** What drives a browser from Node.js, as a person would. */
export function drivenTests(browser: string): string {
  return `tests/e2e/page/${browser}/**/*.test.ts`;
}

/** What Vitest runs in every runtime, or in those that stand for others; never what is named `*.node.test.ts`. */
function testsOf(folders: readonly string[]): { include: string[]; exclude: string[] } {
  return {
    include: [`tests/unit/{${folders.join(",")}}/**/*.test.ts`, "tests/e2e/readme/snippets.test.ts"],
    exclude: ["**/*.node.test.ts"],
  };
}

/** In Node.js and Deno, and in the one browser that stands for the others. */
const portableTests: { include: string[]; exclude: string[] } = testsOf([...platformFolders, ...logicFolders]);

/** In every other browser, and in Bun. */
const platformTests: { include: string[]; exclude: string[] } = testsOf(platformFolders);

/** What runs in a runtime that is not Node.js. */
export function testsIn(runtime: string): { include: string[]; exclude: string[] } {
  return runtime === "chromium" || runtime === "deno" ? portableTests : platformTests;
}
