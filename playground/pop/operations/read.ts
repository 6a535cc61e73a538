import { authorize } from "../authorize.ts";
import type { Operation } from "../context.ts";
import { jsonResponse, Serializer } from "../responses.ts";
import { noSuchRecord, recordKeyOf } from "./record-key.ts";

export const read: Operation = {
  method: "GET",
  path: "/v2/storage/records/:country/:key",
  handle: async (context, services) => {
    const scope = await authorize(context, services);
    const record = await services.store.records.read(scope, recordKeyOf(context));
    if (record === undefined) throw noSuchRecord();
    return jsonResponse(new Serializer(context, scope).record(record));
  },
};
