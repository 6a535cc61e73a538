const agent = "navigator" in globalThis ? navigator.userAgent : "";

/** True in WebKit, whose network layer hides some faults from pages. */
export const isWebKit: boolean = agent.includes("AppleWebKit") && !agent.includes("Chrome");

/** True in the page of a browser. */
export const isPage: boolean = "document" in globalThis;

/** True in workerd, which runs Workers. */
export const isWorkerd: boolean = agent === "Cloudflare-Workers";

/** True if there are files on a disk. */
export const hasFiles: boolean = !isPage && !isWorkerd;

/** True in workerd at a compatibility date since which it has files in memory, which last as long as a request. */
export const hasFilesInMemory: boolean = isWorkerd && process.getBuiltinModule?.("node:fs") !== undefined;

/** True in Node.js itself, false in what is compatible with it. */
export const isNode: boolean = !isPage && !isWorkerd && !("Deno" in globalThis) && !("Bun" in globalThis);
