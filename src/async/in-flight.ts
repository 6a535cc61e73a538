/**
 * Runs tasks, at most `max` at a time, and yields their results in the order in which they end. A task starts when the caller asks
 * for a result and there is room for it. When a task fails or the caller stops, `stop` is called, and the others are awaited.
 */
export async function* inFlight<Result>(
  tasks: Iterable<() => Promise<Result>>,
  max: number,
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
      // Avoids an unhandled rejection; awaited later.
      promise.catch(() => undefined);
      if (running.size >= max) yield await next();
    }
    while (running.size > 0) yield await next();
  } finally {
    if (running.size > 0) stop();
    await Promise.allSettled(running);
  }
}
