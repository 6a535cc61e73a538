import { stat, utimes } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { unlessCode } from "../store/database-errors.ts";

/** How often an owner touches its file, and after how long without it the owner counts as dead, in milliseconds. */
export interface Pace {
  readonly touchEvery: number;
  readonly deadAfter: number;
}

/** A busy process may miss a beat or two, but not six. */
export const defaultPace: Pace = { touchEvery: 5_000, deadAfter: 30_000 };

/** Touches a file at an interval. The timer does not keep the process alive. */
export function startHeartbeat(path: string, { touchEvery }: Pace): { stop(): void } {
  const timer = setInterval(() => {
    const now = new Date();
    // The next beat makes up for one that fails.
    utimes(path, now, now).catch(() => {});
  }, touchEvery);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** Watches a file; true once its owner touches it, false once it has not been touched for long enough. */
export async function beats(path: string, { touchEvery, deadAfter }: Pace): Promise<boolean> {
  const first = await touchedAt(path);
  // Limits the wait if the clocks of two machines differ.
  const end = Date.now() + deadAfter;
  for (let touched = first; touched !== undefined; touched = await touchedAt(path)) {
    if (touched !== first) return true;
    const now = Date.now();
    if (now - touched >= deadAfter || now >= end) return false;
    await wait(touchEvery / 10);
  }
  return false;
}

async function touchedAt(path: string): Promise<number | undefined> {
  return (await unlessCode("ENOENT", stat(path)))?.mtimeMs;
}
