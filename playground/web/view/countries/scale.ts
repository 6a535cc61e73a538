/** One of the shades of the map. */
export interface Step {
  /** Counts from and to, both included. */
  readonly from: number;
  readonly to: number;
  /** How much of the accent it has, in percent. */
  readonly shade: number;
}

const mostSteps = 4;
const faintest = 28;

/** The steps from nothing to the highest count: each as wide as the others, so that twice the records look like it. */
export function stepsUpTo(most: number): readonly Step[] {
  const steps = Math.min(mostSteps, most);
  return Array.from({ length: steps }, (_, index) => ({
    from: Math.floor((most * index) / steps) + 1,
    to: Math.floor((most * (index + 1)) / steps),
    shade: steps === 1 ? 100 : Math.round(faintest + ((100 - faintest) * index) / (steps - 1)),
  }));
}
