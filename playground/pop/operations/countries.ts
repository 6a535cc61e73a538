import type { Operation } from "../context.ts";
import { jsonResponse } from "../responses.ts";

/** The countries list (PROTOCOL.md, section 8). */
export const countries: Operation = {
  method: "GET",
  path: "/countries",
  handle: (_context, services) => Promise.resolve(jsonResponse({ countries: services.countries })),
};
