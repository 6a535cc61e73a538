export type Runtime = "node" | "deno" | "bun";

/** Which of the server runtimes this is. */
export const runtime: Runtime = "Deno" in globalThis ? "deno" : "Bun" in globalThis ? "bun" : "node";
