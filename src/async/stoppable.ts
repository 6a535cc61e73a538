/**
 * Wraps a generator so that the caller can stop it at any time. The `return()` and `throw()` of a generator wait for a pending
 * `next()`; here they first call `stop`, which ends the work that is pending. Errors after that are dropped, except for the
 * argument of `throw()`.
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
