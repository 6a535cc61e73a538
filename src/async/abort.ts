interface Waiting {
  readonly acts: Set<() => void>;
  readonly listener: () => void;
}

const waitingOn = new WeakMap<AbortSignal, Waiting>();

/**
 * Does something when a signal is aborted, or at once where it has been; gives back what takes it off again.
 *
 * However many wait on it, a signal has one listener: a caller may share one among many calls, and Node.js warns of a leak
 * from the eleventh listener on.
 */
export function whenAborted(signal: AbortSignal, act: () => void): () => void {
  if (signal.aborted) {
    act();
    return () => undefined;
  }
  const waiting = waitingOn.get(signal) ?? listenTo(signal);
  // Of its own, so that who takes it off takes off no one else's.
  const own = (): void => act();
  waiting.acts.add(own);
  return () => {
    waiting.acts.delete(own);
    if (waiting.acts.size > 0 || waitingOn.get(signal) !== waiting) return;
    waitingOn.delete(signal);
    signal.removeEventListener("abort", waiting.listener);
  };
}

function listenTo(signal: AbortSignal): Waiting {
  const acts = new Set<() => void>();
  const waiting = { acts, listener: () => acts.forEach((act) => act()) };
  waitingOn.set(signal, waiting);
  signal.addEventListener("abort", waiting.listener, { once: true });
  return waiting;
}
