import { signal } from "@preact/signals";

/** A session lasts until the page is locked. Operations that need the secrets end with it. */
let controller = new AbortController();

/** Increases with each lock. Forms use it as a key, so that locking clears what was typed. */
export const sessionNumber = signal(1);

/** Aborted when the page is locked. Drop results that arrive later. */
export function lockSignal(): AbortSignal {
  return controller.signal;
}

/** Aborts every operation that needs the secrets and starts a new session. */
export function endSession(): void {
  const ended = controller;
  controller = new AbortController();
  sessionNumber.value += 1;
  ended.abort(new Error("Stopped: the page was locked."));
}

/**
 * Tells late results from current ones. Each call of `begin` starts an operation and returns a function that is true
 * until another one begins or the page is locked.
 */
export function latestOnly(): () => () => boolean {
  let latest = 0;
  return () => {
    const session = lockSignal();
    latest += 1;
    const own = latest;
    return () => own === latest && !session.aborted;
  };
}
