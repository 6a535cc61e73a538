import * as v from "valibot";

/** What a hostile PoP does to its answers. */
export const hostilitySchema = v.strictObject({
  /** Each record comes with the sealed body of another one. */
  swapRecords: v.boolean(),
  /** One bit of each file is flipped. */
  flipFiles: v.boolean(),
});

export type Hostility = v.InferOutput<typeof hostilitySchema>;

export const honest: Hostility = { swapRecords: false, flipFiles: false };

/** What the page sends along when it looks at the database itself, and not through the PoP's answers: it sees no hostility. */
export const outsideHeader = "x-playground-outside";
