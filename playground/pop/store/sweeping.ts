import type { Store } from "./store.ts";

/** Deletes what has expired, again and again, until it is stopped. The timer keeps no process alive. */
export function startSweeping(store: Store, interval: number): { stop(): Promise<void> } {
  let sweep: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    // A sweep that fails is repeated by the next; until then expired records are hidden all the same.
    sweep ??= store
      .sweep()
      .catch(() => {})
      .finally(() => {
        sweep = undefined;
      });
  }, interval);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await sweep;
    },
  };
}
