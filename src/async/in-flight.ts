/**
 * Runs tasks, at most so many at a time, and gives what they come to in the order in which they end. A task is begun when its
 * turn has come and the caller asks for more. Where one fails, or the caller stops, `stop` is told to end the others, and they
 * are waited for.
 */
export async function* inFlight<Result>(
  tasks: Iterable<() => Promise<Result>>,
  most: number,
  stop: () => void,
): AsyncGenerator<Result, void, undefined> {
  const running = new Set<Promise<{ readonly result: Result; readonly end: () => void }>>();
  const next = async (): Promise<Result> => {
    const { result, end } = await Promise.race(running);
    end();
    return result;
  };
  try {
    for (const task of tasks) {
      const promise = task().then((result) => ({ result, end: () => void running.delete(promise) }));
      running.add(promise);
      // It may fail while the caller is busy with the result of another one: it is awaited later.
      promise.catch(() => undefined);
      if (running.size >= most) yield await next();
    }
    while (running.size > 0) yield await next();
  } finally {
    if (running.size > 0) stop();
    await Promise.allSettled(running);
  }
}
