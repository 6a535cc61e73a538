/** What the playground serves beside the PoP and the page, for that page alone. */
export const controlPaths = {
  /** Where the page makes the PoP hostile, and honest again. */
  hostility: "/playground/hostility",
  /** How many records each country holds: a PoP tells it of one country at a time. */
  counts: "/playground/counts",
} as const;
