/** Routes that only the page of the playground may call. */
export const controlPaths = {
  /** Turns attacks on and off. */
  attacks: "/playground/attacks",
  /** Number of records by country: the API of a PoP counts one country at a time. */
  counts: "/playground/counts",
} as const;
