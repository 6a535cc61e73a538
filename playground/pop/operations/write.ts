import { authorize } from "../authorize.ts";
import { readJson } from "../body.ts";
import type { Operation } from "../context.ts";
import { both } from "../errors.ts";
import { jsonResponse, Serializer } from "../responses.ts";
import { writableRecord } from "../validation/record.ts";
import { ifMatchOf, withConflictErrors } from "./conditions.ts";

export const write: Operation = {
  method: "POST",
  path: "/v2/storage/records/:country",
  handle: async (context, services) => {
    const scope = await authorize(context, services);
    const [ifMatch, record] = await both(ifMatchOf(context), readJson(context, writableRecord));
    const stored = await withConflictErrors(
      () => "if-match",
      services.store.records.write(scope, [{ record, ifMatch }]),
    );
    const serializer = new Serializer(context, scope);
    return jsonResponse(stored.map((kept) => serializer.record(kept))[0]);
  },
};
