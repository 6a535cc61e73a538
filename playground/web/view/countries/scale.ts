/** A shade of the map. */
export interface Step {
  /** The range of counts, inclusive. */
  readonly from: number;
  readonly to: number;
  /** Strength of the accent colour, in percent. */
  readonly shade: number;
}

const mostSteps = 4;
const faintest = 28;

/** Divides the range up to the highest count into steps of equal width. */
export function stepsUpTo(most: number): readonly Step[] {
  const steps = Math.min(mostSteps, most);
  return Array.from({ length: steps }, (_, index) => ({
    from: Math.floor((most * index) / steps) + 1,
    to: Math.floor((most * (index + 1)) / steps),
    shade: steps === 1 ? 100 : Math.round(faintest + ((100 - faintest) * index) / (steps - 1)),
  }));
}
