import { authorize } from "../authorize.ts";
import { readJson } from "../body.ts";
import type { Operation } from "../context.ts";
import { HttpError } from "../errors.ts";
import { jsonResponse, Serializer } from "../responses.ts";
import { PageTooLarge } from "../store/records.ts";
import { findSchema } from "../validation/find.ts";

/** Throws 413 if the page is too large, or its JSON would exceed the maximum length of a string. */
async function withSizeErrors<Result>(make: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await make();
  } catch (cause) {
    if (!(cause instanceof PageTooLarge || cause instanceof RangeError)) throw cause;
    const detail = "The bodies on this page are too large. Request fewer records at a time.";
    throw new HttpError(413, { detail, source: "options.limit" }, { cause });
  }
}

export const find: Operation = {
  method: "POST",
  path: "/v2/storage/records/:country/find",
  handle: async (context, services) => {
    const scope = await authorize(context, services);
    const { filter, options } = await readJson(context, findSchema);
    const { records, total } = await withSizeErrors(() => services.store.records.find(scope, filter, options));
    const { limit, offset } = options;
    const serializer = new Serializer(context, scope);
    const page = {
      meta: { count: records.length, limit, offset, total },
      data: records.map((kept) => serializer.record(kept)),
    };
    return withSizeErrors(() => jsonResponse(page));
  },
};
