/** Items in progress at a time. */
const concurrency = 8;

/** Works on several items at a time, and yields the results in the order of the items. */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  work: (item: Item, index: number) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const pending: Promise<Result>[] = [];
  let index = 0;
  for await (const item of items) {
    const result = work(item, index);
    // Avoids an unhandled rejection; awaited below.
    result.catch(() => undefined);
    pending.push(result);
    index += 1;
    const first = pending.length >= concurrency ? pending.shift() : undefined;
    if (first !== undefined) yield await first;
  }
  for (const result of pending) yield await result;
}
