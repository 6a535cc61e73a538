import * as v from "valibot";

/** How a hostile PoP changes its responses. */
export const attacksSchema = v.strictObject({
  /** Returns records with the encrypted bodies of others. */
  swapRecords: v.boolean(),
  /** Flips one bit of each file. */
  flipFiles: v.boolean(),
});

export type Attacks = v.InferOutput<typeof attacksSchema>;

export const noAttacks: Attacks = { swapRecords: false, flipFiles: false };

/** Sent by the page to get the stored data without attacks. */
export const bypassHeader = "x-playground-bypass";
