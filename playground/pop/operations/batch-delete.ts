import { authorize } from "../authorize.ts";
import { readJson } from "../body.ts";
import type { Operation } from "../context.ts";
import { jsonResponse } from "../responses.ts";
import { keysOfBatch } from "../validation/batch.ts";
import { exactObject } from "../validation/parse.ts";

const batchSchema = exactObject({ filter: exactObject({ record_key: keysOfBatch }) });

/** Ignores keys without a record. */
export const batchDelete: Operation = {
  method: "POST",
  path: "/v2/storage/records/:country/batchDelete",
  handle: async (context, services) => {
    const scope = await authorize(context, services);
    const { filter } = await readJson(context, batchSchema);
    await services.store.records.delete(scope, filter.record_key);
    return jsonResponse({});
  },
};
