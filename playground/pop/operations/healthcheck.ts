import type { Operation } from "../context.ts";
import { jsonResponse } from "../responses.ts";

/** 200 if the database responds. */
export const healthcheck: Operation = {
  method: "GET",
  path: "/healthcheck",
  handle: async (_context, services) => {
    await services.store.check();
    return jsonResponse({ status: "ok" });
  },
};
