import { jsonAnswer, WireForms } from "../answers.ts";
import { authorize } from "../authorize.ts";
import { readJson } from "../body.ts";
import type { Operation } from "../context.ts";
import { Refusal } from "../errors.ts";
import { PageTooLarge } from "../store/records.ts";
import { findSchema } from "../validation/find.ts";

/** Refuses with 413 if the records of a page are too large together, or their text is longer than a string can be. */
async function refusingLarge<Result>(make: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await make();
  } catch (cause) {
    if (!(cause instanceof PageTooLarge || cause instanceof RangeError)) throw cause;
    const detail = "The bodies on this page are too large together. Ask for fewer records at a time.";
    throw new Refusal(413, { detail, source: "options.limit" }, { cause });
  }
}

export const find: Operation = {
  method: "POST",
  path: "/v2/storage/records/:country/find",
  handle: async (context, services) => {
    const scope = await authorize(context, services);
    const { filter, options } = await readJson(context, findSchema);
    const { records, total } = await refusingLarge(() => services.store.records.find(scope, filter, options));
    const { limit, offset } = options;
    const forms = new WireForms(context, scope);
    const page = {
      meta: { count: records.length, limit, offset, total },
      data: records.map((kept) => forms.record(kept)),
    };
    return refusingLarge(() => jsonAnswer(page));
  },
};
