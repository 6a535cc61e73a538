/**
 * The items of a generator, for a caller who may stop at any time. A generator lets `return()` and `throw()` wait until a
 * `next()` that is on its way has ended; here they call `stop` first, which ends what that waits for. It then gives what it
 * already had, or is done: what it failed with is no longer of anybody's concern. `throw()` throws its own argument.
 */
export function stoppable<Item>(
  items: AsyncGenerator<Item, void, undefined>,
  stop: () => void,
): AsyncIterableIterator<Item, void, undefined> {
  let stopped = false;
  const end = (): Promise<IteratorResult<Item, void>> => {
    stopped = true;
    stop();
    return items.return();
  };
  return {
    async next() {
      try {
        return await items.next();
      } catch (error) {
        if (stopped) return { done: true, value: undefined };
        throw error;
      }
    },
    return: end,
    async throw(error) {
      await end();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
