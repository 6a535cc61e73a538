import { jsonAnswer, WireForms } from "../answers.ts";
import { authorize } from "../authorize.ts";
import { readJson } from "../body.ts";
import type { Operation } from "../context.ts";
import { findSchema } from "../validation/find.ts";

export const find: Operation = {
  method: "POST",
  path: "/v2/storage/records/:country/find",
  handle: async (context, services) => {
    const scope = await authorize(context, services);
    const { filter, options } = await readJson(context, findSchema);
    const { records, total } = await services.store.records.find(scope, filter, options);
    const { limit, offset } = options;
    const forms = new WireForms(context, scope);
    return jsonAnswer({
      meta: { count: records.length, limit, offset, total },
      data: records.map((kept) => forms.record(kept)),
    });
  },
};
