const agent = "navigator" in globalThis ? navigator.userAgent : "";

/** True in WebKit, whose network layer hides some faults from pages. */
export const isWebKit: boolean = agent.includes("AppleWebKit") && !agent.includes("Chrome");

/** True in the page of a browser. */
export const isPage: boolean = "document" in globalThis;

/** True in workerd, which runs Workers. */
export const isWorkerd: boolean = agent === "Cloudflare-Workers";

/** True if the runtime has a file system. */
export const hasFiles: boolean = !isPage && !isWorkerd;

/** True in workerd at compatibility dates with an in-memory file system, whose files last as long as a request. */
export const hasFilesInMemory: boolean = isWorkerd && process.getBuiltinModule?.("node:fs") !== undefined;

/** True in Node.js itself, false in compatible runtimes. */
export const isNode: boolean = !isPage && !isWorkerd && !("Deno" in globalThis) && !("Bun" in globalThis);
