import { stat, utimes } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { codeOf } from "../store/database-errors.ts";

/** How often a file is touched by an owner that lives, and after how long without it the owner is taken for dead. */
export interface Pace {
  readonly touchEvery: number;
  readonly deadAfter: number;
}

/** An owner that is busy may miss a beat or two, but not six of them. */
export const defaultPace: Pace = { touchEvery: 5_000, deadAfter: 30_000 };

/** Touches a file again and again, until it is stopped. The timer keeps no process alive. */
export function startHeartbeat(path: string, { touchEvery }: Pace): { stop(): void } {
  const timer = setInterval(() => {
    const now = new Date();
    // A beat that fails is made up for by the next.
    utimes(path, now, now).catch(() => {});
  }, touchEvery);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/**
 * Whether a file's owner lives. A file that was touched lately is watched until it is touched again, or has not been for long
 * enough: an owner that died a moment ago leaves it as one that lives does.
 */
export async function beats(path: string, { touchEvery, deadAfter }: Pace): Promise<boolean> {
  const first = await touchedAt(path);
  // Clocks of two machines differ: no file is watched for longer than this.
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
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
