/** Returns the rejections that are still unhandled shortly after a task. */
export async function unhandledDuring(run: () => Promise<void>): Promise<unknown[]> {
  const found: unknown[] = [];
  const note = (reason: unknown): void => void found.push(reason);
  const noteEvent = (event: Event): void => note(Reflect.get(event, "reason"));
  const process = "process" in globalThis ? globalThis.process : undefined;
  process?.on?.("unhandledRejection", note);
  globalThis.addEventListener?.("unhandledrejection", noteEvent);
  try {
    await run();
    // Runtimes detect unhandled rejections after the microtasks of a turn.
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0));
  } finally {
    process?.off?.("unhandledRejection", note);
    globalThis.removeEventListener?.("unhandledrejection", noteEvent);
  }
  return found;
}
