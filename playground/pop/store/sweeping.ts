import type { Store } from "./store.ts";

/** Sweeps the store at an interval in milliseconds. The timer does not keep the process alive. */
export function startSweeping(store: Store, interval: number): { stop(): Promise<void> } {
  let sweep: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    // The next sweep repeats one that failed; expired records are hidden anyway.
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
