/** Longer names are cut, to compare and to show them. */
export const maxNameShown = 40;

/** Finds the known name with the least edit distance, if it is near enough for a typing error. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const wanted = Array.from(name.slice(0, maxNameShown).toLowerCase().replaceAll("_", ""));
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of known) {
    // The distance is at least the difference of the lengths.
    if (Math.abs(candidate.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Levenshtein distance, row by row. */
function editDistance(from: readonly string[], to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [at, letter] of from.entries()) {
    const next = [at + 1];
    for (let column = 0; column < to.length; column += 1) {
      const insert = (next[column] ?? 0) + 1;
      const remove = (row[column + 1] ?? 0) + 1;
      const replace = (row[column] ?? 0) + (to[column] === letter ? 0 : 1);
      next.push(Math.min(insert, remove, replace));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
