import { resolve } from "node:path";
import { Hono } from "hono";
import { listen } from "../pop/node/server.ts";
import { openPop } from "../pop/open-pop.ts";
import { defaultHost } from "../pop/start-pop.ts";
import { buildPage } from "./build-page.ts";
import { createControl } from "./control.ts";
import type { PlaygroundOptions } from "./options.ts";
import { createPage } from "./page.ts";
import { withAttacks } from "./tamper.ts";

/** A page and its PoP on one port of this machine. */
export interface Playground {
  readonly url: string;
  close(): Promise<void>;
}

/** Opens the PoP, builds the page and serves both. Rejects with a `UsageError` if the folder or the port is in use. */
export async function startPlayground({ port, data }: PlaygroundOptions): Promise<Playground> {
  const pop = await openPop({ data });
  try {
    // The PoP locks this folder, so no other process builds into it.
    const folder = resolve(data, "page");
    await buildPage(folder);
    const page = createPage(folder);
    const { control, attacks } = createControl(pop);
    const handle = withAttacks(pop.handle, attacks);
    const app = new Hono();
    app.route("/", control);
    app.get("/", (context) => page.fetch(context.req.raw));
    app.get("/assets/*", (context) => page.fetch(context.req.raw));
    app.all("*", (context) => handle(context.req.raw));
    const listening = await listen(async (request) => app.fetch(request), { host: defaultHost, port });
    return {
      url: listening.url,
      close: async () => {
        await listening.close();
        await pop.close();
      },
    };
  } catch (error) {
    await pop.close();
    throw error;
  }
}
