import { Hono } from "hono";
import * as v from "valibot";
import type { OpenPop } from "../pop/open-pop.ts";
import { type Attacks, attacksSchema, noAttacks } from "./attacks.ts";
import { controlPaths } from "./paths.ts";

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Creates the routes beside the PoP. They accept requests from the playground's own page on this machine only. */
export function createControl({ countByCountry }: Pick<OpenPop, "countByCountry">): {
  control: Hono;
  attacks: () => Attacks;
} {
  let attacks = noAttacks;
  const control = new Hono();
  control.use("/playground/*", async (context, next) => {
    const { hostname, origin } = new URL(context.req.url);
    // Prevents DNS rebinding and requests from other sites.
    if (!loopback.has(hostname) || (context.req.header("origin") ?? origin) !== origin) {
      return context.text("Only the page of the playground may send this request.", 403);
    }
    return next();
  });
  control.get(controlPaths.counts, async (context) => {
    const counts = await countByCountry();
    return context.json(Object.fromEntries(counts.map(({ country, count }) => [country, Number(count)])));
  });
  control.get(controlPaths.attacks, (context) => context.json(attacks));
  control.put(controlPaths.attacks, async (context) => {
    const parsed = v.safeParse(attacksSchema, await context.req.json().catch(() => undefined));
    if (!parsed.success) return context.text("Send JSON: {swapRecords, flipFiles}, each true or false.", 400);
    attacks = parsed.output;
    return context.json(attacks);
  });
  return { control, attacks: () => attacks };
}
