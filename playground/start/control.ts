import { Hono } from "hono";
import * as v from "valibot";
import { type Hostility, honest, hostilitySchema } from "./hostility.ts";

/** Where the page makes the PoP hostile, and honest again. */
export const hostilityPath = "/playground/hostility";

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** The switch of the playground. It serves this machine alone, and no page but the playground's own. */
export function createControl(): { control: Hono; hostility: () => Hostility } {
  let hostility = honest;
  const control = new Hono();
  control.use("/playground/*", async (context, next) => {
    const { hostname, origin } = new URL(context.req.url);
    // A name that leads to this machine by a trick of DNS, or another site's page in this machine's browser.
    if (!loopback.has(hostname) || (context.req.header("origin") ?? origin) !== origin) {
      return context.text("This switch serves the playground's own page alone.", 403);
    }
    return next();
  });
  control.get(hostilityPath, (context) => context.json(hostility));
  control.put(hostilityPath, async (context) => {
    const parsed = v.safeParse(hostilitySchema, await context.req.json().catch(() => undefined));
    if (!parsed.success) return context.text("Send JSON: {swapRecords, flipFiles}, each true or false.", 400);
    hostility = parsed.output;
    return context.json(hostility);
  });
  return { control, hostility: () => hostility };
}
