/** Additions to the protocol that a PoP may announce (playground/pop/POP.md), in the header `x-pop-features`. */
export const ifMatchFeature = "if-match";

/** Lists the additions that a response announces. */
export function popFeatures(headers: Headers): ReadonlySet<string> {
  return new Set((headers.get("x-pop-features") ?? "").split(",").map((name) => name.trim().toLowerCase()));
}
