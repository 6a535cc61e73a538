import {
  batchOf,
  editPage,
  omit,
  refusal,
  type Step,
  unannounced,
  withoutField,
} from "../../support/rotation/step-into.ts";

/** Passes everything on, but for batches. */
export const onBatch =
  (step: Step): Step =>
  (call, forward) =>
    call.operation === "batchWrite" ? step(call, forward) : forward();

/** Announces no conditional writes. */
export const withoutConditions =
  (step: Step): Step =>
  async (call, forward) => {
    const response = await step(call, forward);
    return call.operation === "find" ? unannounced(response) : response;
  };

/** Refuses conditions, as a PoP does that knows no such field. */
export const strict: Step = withoutConditions(
  onBatch(async (call, forward) => {
    const { records } = batchOf(call);
    const places = records.flatMap((record, index) => ("if_match" in record ? [`records.${index}.if_match`] : []));
    return places.length > 0 ? refusal(400, places, "is not known here") : forward();
  }),
);

/** Overlooks conditions. */
export const lenient: Step = withoutConditions(onBatch((call, forward) => forward(withoutField(call, "if_match"))));

/** The same, with the answer of an older PoP (PROTOCOL.md, section 6). */
export const saysOk: Step = withoutConditions(
  onBatch(async (call, forward) => {
    await forward(withoutField(call, "if_match"));
    return new Response("OK");
  }),
);

/** Does not say when records changed. */
export const undated: Step = async (call, forward) => {
  const response = await forward();
  return call.operation === "find" ? editPage(response, (record) => omit(record, "updated_at")) : response;
};

/** Answers fields of its own, and refuses to be sent them. */
export const readOnly =
  (...fields: readonly string[]): Step =>
  async (call, forward) => {
    if (call.operation !== "batchWrite") {
      const own = Object.fromEntries(fields.map((field) => [field, "its own"]));
      return editPage(await forward(), (record) => ({ ...record, ...own }));
    }
    const places = batchOf(call).records.flatMap((record, index) =>
      fields.filter((field) => field in record).map((field) => `records.${index}.${field}`),
    );
    return places.length > 0 ? refusal(400, places) : forward();
  };

/** Refuses each batch in which there is a large record, the trial of its first record included. */
export const refusingLarge = (answer: (index: number) => Response): Step =>
  onBatch(async (call, forward) => {
    const index = batchOf(call).records.findIndex(({ body }) => String(body).length > 2000);
    return index < 0 ? forward() : answer(index);
  });
