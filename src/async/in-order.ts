/** Pieces that are worked on at once: enough to keep the cipher busy while others are on their way. */
const atOnce = 8;

/** Works on several items at once, and gives the results in the order of the items. */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  work: (item: Item, index: number) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const underWay: Promise<Result>[] = [];
  let index = 0;
  for await (const item of items) {
    const result = work(item, index);
    // It is awaited in its turn, if at all: until then its failure is nobody's.
    result.catch(() => undefined);
    underWay.push(result);
    index += 1;
    const first = underWay.length >= atOnce ? underWay.shift() : undefined;
    if (first !== undefined) yield await first;
  }
  for (const result of underWay) yield await result;
}
