import { execFile } from "node:child_process";
import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import { promisify } from "node:util";
import { codeOf } from "../store/database-errors.ts";

/**
 * A process, told from a later one with the same number by when it started: numbers are used again, and in a container, where
 * the first process is always 1, almost surely. `started` is empty where the system does not tell. A number means something
 * within its namespace alone, which is a container or a machine.
 */
export interface RunningProcess {
  readonly pid: number;
  readonly started: string;
  readonly namespace: string;
}

export async function thisProcess(): Promise<RunningProcess> {
  return { pid: process.pid, started: await startOf(process.pid), namespace: await ownNamespace() };
}

/** The namespace of this process's number, in a form that is good for comparing only. */
export async function ownNamespace(): Promise<string> {
  try {
    return `${await bootId()} ${await readlink("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}

/** Whether that very process, one of this namespace, still runs. */
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
      const stat = await readFile(`/proc/${pid}/stat`, "utf8");
      // proc(5): the name in parentheses may hold spaces; the start time is field 22, the 20th after it.
      return `${await bootId()} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? ""}`;
    }
    if (process.platform === "win32") return "";
    const { stdout } = await promisify(execFile)("ps", ["-o", "lstart=", "-p", String(pid)]);
    return stdout.trim();
  } catch {
    return "";
  }
}

async function bootId(): Promise<string> {
  return (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
}
