import { execFile } from "node:child_process";
import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import { promisify } from "node:util";
import { codeOf } from "../store/database-errors.ts";

/**
 * A process. `started` distinguishes it from a later process with the same id, which is common in containers; it is empty if
 * the system does not report it. Ids are unique within a namespace: a container or a machine.
 */
export interface RunningProcess {
  readonly pid: number;
  readonly started: string;
  readonly namespace: string;
}

export async function thisProcess(): Promise<RunningProcess> {
  return { pid: process.pid, started: await startOf(process.pid), namespace: await ownNamespace() };
}

/** An opaque name of this process's id namespace. */
export async function ownNamespace(): Promise<string> {
  try {
    return `${await bootId()} ${await readlink("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}

/** True if exactly this process, of this namespace, is still running. */
export async function isRunning({ pid, started }: RunningProcess): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is running as another user.
    if (codeOf(error) === "ESRCH") return false;
  }
  const start = await startOf(pid);
  return start === "" || started === "" || start === started;
}

/** An opaque form of a process's start time. */
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
