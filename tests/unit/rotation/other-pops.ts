import {
  batchOf,
  editPage,
  errorResponse,
  type Interceptor,
  omit,
  unannounced,
  withoutField,
} from "../../support/rotation/intercept.ts";

/** Forwards everything except batches. */
export const onBatch =
  (interceptor: Interceptor): Interceptor =>
  (call, forward) =>
    call.operation === "batchWrite" ? interceptor(call, forward) : forward();

/** Announces no conditional writes. */
export const withoutConditions =
  (interceptor: Interceptor): Interceptor =>
  async (call, forward) => {
    const response = await interceptor(call, forward);
    return call.operation === "find" ? unannounced(response) : response;
  };

/** Rejects conditions, as a PoP without that field does. */
export const strict: Interceptor = withoutConditions(
  onBatch(async (call, forward) => {
    const { records } = batchOf(call);
    const places = records.flatMap((record, index) => ("if_match" in record ? [`records.${index}.if_match`] : []));
    return places.length > 0 ? errorResponse(400, places, "is not known here") : forward();
  }),
);

/** Ignores conditions. */
export const lenient: Interceptor = withoutConditions(
  onBatch((call, forward) => forward(withoutField(call, "if_match"))),
);

/** Like `unconditional`, with the response of an older PoP (PROTOCOL.md, section 6). */
export const respondsOk: Interceptor = withoutConditions(
  onBatch(async (call, forward) => {
    await forward(withoutField(call, "if_match"));
    return new Response("OK");
  }),
);

/** Omits when records changed. */
export const undated: Interceptor = async (call, forward) => {
  const response = await forward();
  return call.operation === "find" ? editPage(response, (record) => omit(record, "updated_at")) : response;
};

/** Returns fields of its own, and rejects them in requests. */
export const readOnly =
  (...fields: readonly string[]): Interceptor =>
  async (call, forward) => {
    if (call.operation !== "batchWrite") {
      const own = Object.fromEntries(fields.map((field) => [field, "its own"]));
      return editPage(await forward(), (record) => ({ ...record, ...own }));
    }
    const places = batchOf(call).records.flatMap((record, index) =>
      fields.filter((field) => field in record).map((field) => `records.${index}.${field}`),
    );
    return places.length > 0 ? errorResponse(400, places) : forward();
  };

/** Rejects each batch with a large record, the first record's trial included. */
export const refusingLarge = (response: (index: number) => Response): Interceptor =>
  onBatch(async (call, forward) => {
    const index = batchOf(call).records.findIndex(({ body }) => String(body).length > 2000);
    return index < 0 ? forward() : response(index);
  });
