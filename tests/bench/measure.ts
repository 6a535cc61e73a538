/** One round of a competitor. */
export type Run = () => Promise<unknown>;

export interface Rounds {
  /** The number of measured rounds. */
  readonly rounds: number;
  /** The number of unmeasured rounds before, for compilers and caches to warm up. */
  readonly warmUp: number;
}

/**
 * The median time of each competitor, in milliseconds. They take turns, so that other load slows all of them equally.
 */
export async function medians<Name extends string>(
  competitors: Readonly<Record<Name, Run>>,
  { rounds, warmUp }: Rounds,
): Promise<Record<Name, number>> {
  const times = new Map<string, number[]>();
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const [name, run] of Object.entries<Run>(competitors)) {
      const time = await milliseconds(run);
      if (round >= 0) times.set(name, [...(times.get(name) ?? []), time]);
    }
  }
  const result: Partial<Record<Name, number>> = {};
  for (const name in competitors) result[name] = median(times.get(name) ?? []);
  return Object.assign(result);
}

export async function milliseconds(run: Run): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const [upper = Number.NaN, lower = upper] = [sorted[middle], sorted[middle - 1]];
  return sorted.length % 2 === 1 ? upper : (lower + upper) / 2;
}
