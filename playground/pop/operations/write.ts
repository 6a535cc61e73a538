import { jsonAnswer, WireForms } from "../answers.ts";
import { authorize } from "../authorize.ts";
import { readJson } from "../body.ts";
import type { Operation } from "../context.ts";
import { both } from "../errors.ts";
import { writableRecord } from "../validation/record.ts";
import { ifMatchOf, refusingMoved } from "./conditions.ts";

export const write: Operation = {
  method: "POST",
  path: "/v2/storage/records/:country",
  handle: async (context, services) => {
    const scope = await authorize(context, services);
    const [ifMatch, record] = await both(ifMatchOf(context), readJson(context, writableRecord));
    const stored = await refusingMoved(() => "if-match", services.store.records.write(scope, [{ record, ifMatch }]));
    const forms = new WireForms(context, scope);
    return jsonAnswer(stored.map((kept) => forms.record(kept))[0]);
  },
};
