import { jsonAnswer } from "../answers.ts";
import type { Operation } from "../context.ts";

/** 200 where the database answers. */
export const healthcheck: Operation = {
  method: "GET",
  path: "/healthcheck",
  handle: async (_context, services) => {
    await services.store.check();
    return jsonAnswer({ status: "ok" });
  },
};
