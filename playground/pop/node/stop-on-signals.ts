/** For how long a signal that comes again is the same one: npm passes on what its whole group was sent. */
const echo = 1_000;
const watchEvery = 100;

/** The first signal lets requests in flight finish, then the process ends by itself; a later one ends it at once. */
export function stopOnSignals(close: () => Promise<void>): void {
  let asked: number | undefined;
  const stop = () => {
    if (asked !== undefined) {
      if (performance.now() - asked > echo) process.exit(1);
      return;
    }
    asked = performance.now();
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
  // npm sends SIGTERM to the shell that it starts; many a shell dies of it and leaves its command running.
  if (process.env["npm_lifecycle_event"] === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    if (asked === undefined) stop();
  }, watchEvery);
  watch.unref();
}
