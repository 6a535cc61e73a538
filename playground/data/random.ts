/** Numbers that look random and are the same on every machine for the same seed. Never for keys or salts. */
export interface SeededRandom {
  /** An integer from 0 to `bound` − 1. */
  below(bound: number): number;
  pick<Item>(items: readonly Item[]): Item;
}

/** A Weyl sequence whose steps are mixed as in the finaliser of MurmurHash3: 2^32 numbers before it repeats. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;

  function next(): number {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  }

  function below(bound: number): number {
    return Math.floor((next() / 2 ** 32) * bound);
  }

  function pick<Item>(items: readonly Item[]): Item {
    const item = items[below(items.length)];
    if (item === undefined) throw new RangeError("There is nothing to pick from an empty list.");
    return item;
  }

  return { below, pick };
}
