import { Hono } from "hono";
import * as v from "valibot";
import type { OpenPop } from "../pop/open-pop.ts";
import { type Hostility, honest, hostilitySchema } from "./hostility.ts";
import { controlPaths } from "./paths.ts";

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** What is beside the PoP. It serves this machine alone, and no page but the playground's own. */
export function createControl({ countByCountry }: Pick<OpenPop, "countByCountry">): {
  control: Hono;
  hostility: () => Hostility;
} {
  let hostility = honest;
  const control = new Hono();
  control.use("/playground/*", async (context, next) => {
    const { hostname, origin } = new URL(context.req.url);
    // A name that leads to this machine by a trick of DNS, or another site's page in this machine's browser.
    if (!loopback.has(hostname) || (context.req.header("origin") ?? origin) !== origin) {
      return context.text("This serves the playground's own page alone.", 403);
    }
    return next();
  });
  control.get(controlPaths.counts, async (context) => {
    const counts = await countByCountry();
    return context.json(Object.fromEntries(counts.map(({ country, count }) => [country, Number(count)])));
  });
  control.get(controlPaths.hostility, (context) => context.json(hostility));
  control.put(controlPaths.hostility, async (context) => {
    const parsed = v.safeParse(hostilitySchema, await context.req.json().catch(() => undefined));
    if (!parsed.success) return context.text("Send JSON: {swapRecords, flipFiles}, each true or false.", 400);
    hostility = parsed.output;
    return context.json(hostility);
  });
  return { control, hostility: () => hostility };
}
