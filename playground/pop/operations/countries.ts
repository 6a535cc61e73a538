import { jsonAnswer } from "../answers.ts";
import type { Operation } from "../context.ts";

/** The countries list (protocol.md, section 8). */
export const countries: Operation = {
  method: "GET",
  path: "/countries",
  handle: (_context, services) => Promise.resolve(jsonAnswer({ countries: services.countries })),
};
