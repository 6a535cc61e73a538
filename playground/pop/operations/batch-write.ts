import { authorize } from "../authorize.ts";
import { readJson } from "../body.ts";
import type { Operation } from "../context.ts";
import { jsonResponse, Serializer } from "../responses.ts";
import { recordsOfBatch } from "../validation/batch.ts";
import { exactObject } from "../validation/parse.ts";
import { withConflictErrors } from "./conditions.ts";

const batchSchema = exactObject({ records: recordsOfBatch });

export const batchWrite: Operation = {
  method: "POST",
  path: "/v2/storage/records/:country/batchWrite",
  handle: async (context, services) => {
    const scope = await authorize(context, services);
    const { records } = await readJson(context, batchSchema);
    const indexOf = new Map(records.map(({ record }, index) => [record.record_key, index]));
    const sourceOf = (key: string) => `records.${indexOf.get(key)}.if_match`;
    const stored = await withConflictErrors(sourceOf, services.store.records.write(scope, records));
    const serializer = new Serializer(context, scope);
    return jsonResponse({ records: stored.map((kept) => serializer.record(kept)) });
  },
};
