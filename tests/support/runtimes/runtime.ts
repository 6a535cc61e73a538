const nodeVersion = process.versions.node.split(".")[0] ?? "";

/** The runtime that runs Vitest, and the name of its project. */
export const runtime: string = "Deno" in globalThis ? "deno" : "Bun" in globalThis ? "bun" : `node${nodeVersion}`;

/** True in Node.js itself, false in compatible runtimes. */
export const isNodeItself: boolean = runtime.startsWith("node");
