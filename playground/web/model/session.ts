import { signal } from "@preact/signals";

/** From one lock to the next: what needs the secrets begins in a session, and ends with it at the latest. */
let controller = new AbortController();

/** Counts the sessions. What was typed in one of them is not to be there in the next. */
export const sessionNumber = signal(1);

/** Aborted when the page is locked. What is answered after that is dropped: nobody is to see it any more. */
export function untilLock(): AbortSignal {
  return controller.signal;
}

/** Aborts all that needs the secrets, and begins anew. */
export function endSession(): void {
  const ended = controller;
  controller = new AbortController();
  sessionNumber.value += 1;
  ended.abort(new Error("The page was locked. What was under way is stopped."));
}
