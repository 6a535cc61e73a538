import { limits } from "incountry-storage/protocol";
import * as v from "valibot";
import { jsonAnswer, WireForms } from "../answers.ts";
import { authorize } from "../authorize.ts";
import { readJson } from "../body.ts";
import type { Operation } from "../context.ts";
import { exactObject, pathItem } from "../validation/parse.ts";
import { conditionalRecord } from "../validation/record.ts";
import { refusingMoved } from "./conditions.ts";

const batchSchema = exactObject({
  records: v.pipe(
    v.array(conditionalRecord, "must be a list"),
    v.minLength(1, "must hold at least one record"),
    v.maxLength(limits.batchSize, `must hold at most ${limits.batchSize} records`),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const seen = new Set<string>();
      for (const [index, { record }] of dataset.value.entries()) {
        const key = record.record_key;
        // Which of the two the writer means to keep cannot be known, so neither is dropped silently.
        if (seen.has(key)) {
          const at: v.ArrayPathItem = {
            type: "array",
            origin: "value",
            input: dataset.value,
            key: index,
            value: record,
          };
          addIssue({ message: "is in this batch already", path: [at, pathItem(record, "record_key")] });
        }
        seen.add(key);
      }
    }),
  ),
});

export const batchWrite: Operation = {
  method: "POST",
  path: "/v2/storage/records/:country/batchWrite",
  handle: async (context, services) => {
    const scope = await authorize(context, services);
    const { records } = await readJson(context, batchSchema);
    const indexOf = new Map(records.map(({ record }, index) => [record.record_key, index]));
    const sourceOf = (key: string) => `records.${indexOf.get(key)}.if_match`;
    const stored = await refusingMoved(sourceOf, services.store.records.write(scope, records));
    const forms = new WireForms(context, scope);
    return jsonAnswer({ records: stored.map((kept) => forms.record(kept)) });
  },
};
