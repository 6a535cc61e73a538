/** Time in which a second signal counts as the first one, in milliseconds: npm forwards signals sent to its whole group. */
const repetitionWindow = 1_000;

/** Closes the PoP on the first signal and then exits; exits immediately on a later one. */
export function stopOnSignals(close: () => Promise<void>): void {
  let stoppedAt: number | undefined;
  const stop = () => {
    if (stoppedAt !== undefined) {
      if (performance.now() - stoppedAt > repetitionWindow) process.exit(1);
      return;
    }
    stoppedAt = performance.now();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  // npm sends SIGTERM to its shell; many shells exit and leave the command running.
  if (process.env["npm_lifecycle_event"] === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    if (stoppedAt === undefined) stop();
  }, 100);
  watch.unref();
}
