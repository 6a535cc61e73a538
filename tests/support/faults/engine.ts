const agent = "navigator" in globalThis ? navigator.userAgent : "";

/** Whether this runs in WebKit, whose network layer hides some faults from pages. */
export const isWebKit: boolean = agent.includes("AppleWebKit") && !agent.includes("Chrome");

/** Whether this runs in the page of a browser. */
export const isPage: boolean = "document" in globalThis;

/** Whether this runs in Node.js itself, and not in what is compatible with it. */
export const isNode: boolean = !isPage && !("Deno" in globalThis) && !("Bun" in globalThis);
