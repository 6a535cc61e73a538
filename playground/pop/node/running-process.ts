import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { codeOf } from "../store/database-errors.ts";

/**
 * A process, told from a later one with the same number by when it started: numbers are used again, and in a container, where
 * the first process is always 1, almost surely. `started` is empty where the system does not tell.
 */
export interface RunningProcess {
  readonly pid: number;
  readonly started: string;
}

export async function thisProcess(): Promise<RunningProcess> {
  return { pid: process.pid, started: await startOf(process.pid) };
}

/** Whether that very process still runs. */
export async function isRunning({ pid, started }: RunningProcess): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, and belongs to another user.
    if (codeOf(error) === "ESRCH") return false;
  }
  const start = await startOf(pid);
  return start === "" || started === "" || start === started;
}

/** When a process started, in a form that is good for comparing only. */
async function startOf(pid: number): Promise<string> {
  try {
    if (process.platform === "linux") {
      const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
      const stat = await readFile(`/proc/${pid}/stat`, "utf8");
      // proc(5): the name in parentheses may hold spaces; the start time is field 22, the 20th after it.
      return `${boot.trim()} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? ""}`;
    }
    if (process.platform === "win32") return "";
    const { stdout } = await promisify(execFile)("ps", ["-o", "lstart=", "-p", String(pid)]);
    return stdout.trim();
  } catch {
    return "";
  }
}
