import { authorize } from "../authorize.ts";
import type { Operation } from "../context.ts";
import { jsonResponse } from "../responses.ts";
import { noSuchRecord, recordKeyOf } from "./record-key.ts";

export const deleteRecord: Operation = {
  method: "DELETE",
  path: "/v2/storage/records/:country/:key",
  handle: async (context, services) => {
    const scope = await authorize(context, services);
    const deleted = await services.store.records.delete(scope, [recordKeyOf(context)]);
    if (deleted === 0) throw noSuchRecord();
    return jsonResponse({});
  },
};
