import {
  type ChildProcess,
  type ChildProcessByStdio,
  type SpawnOptionsWithStdioTuple,
  spawn,
} from "node:child_process";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { defaultEnvironment } from "incountry-playground";
import { stopProgram, waitForOutput } from "../../support/runtimes/processes.ts";
import { Caller } from "./caller.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly process: ChildProcess;
  /** Resolves when it and all its child processes have exited, on their own or by a signal. */
  readonly ended: Promise<Ended>;
  /** Its address, once it listens. */
  url(): Promise<string>;
  /** The address as the default environment of a client. */
  caller(): Promise<Caller>;
  /** Sends this signal, and waits for the exit. */
  end(signal: NodeJS.Signals): Promise<Ended>;
}

/** Optimizing the embedded database's WebAssembly costs a short-lived process more time than it saves. */
export const shortLived: readonly string[] = ["--liftoff-only"];

/** Starts the PoP's command from source, in a process of its own, as this user or another one. */
export function startCommand(
  args: readonly string[],
  environment: Record<string, string> = {},
  user: { readonly uid?: number } = {},
): RunningCommand {
  const source = ["--import", `${root}playground/typescript.js`, `${root}playground/pop/command.ts`];
  const child = spawn(process.execPath, [...shortLived, ...source, ...args], { ...optionsOf(environment), ...user });
  running.add(child);
  return watched(child);
}

/** Starts `npm run pop` in a process group of its own, as a terminal does. */
export function startScript(args: readonly string[]): RunningCommand {
  const child = spawn("npm", ["run", "--silent", "pop", "--", ...args], { ...optionsOf({}), detached: true });
  groups.add(child);
  return watched(child);
}

function optionsOf(environment: Record<string, string>): SpawnOptionsWithStdioTuple<"ignore", "pipe", "pipe"> {
  const { DATABASE_URL: _databaseUrl, ...inherited } = process.env;
  return { cwd: root, env: { ...inherited, ...environment }, stdio: ["ignore", "pipe", "pipe"] };
}

function watched(child: ChildProcessByStdio<null, Readable, Readable>): RunningCommand {
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    output.stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    output.stderr += chunk.toString();
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal, ...output }));
  });
  const listening = waitForOutput(child, /^PoP listening on (http:\/\/\S+)\n/m).then(([, url = ""]) => url);
  // The promise of the address rejects on failure; callers that do not use it check the exit code.
  listening.catch(() => {});
  return {
    process: child,
    ended,
    url: () => listening,
    caller: async () => new Caller(globalThis.fetch, await listening, defaultEnvironment),
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

const running = new Set<ChildProcess>();
const groups = new Set<ChildProcess>();

/** Ends processes that a test left running. */
export async function endCommands(): Promise<void> {
  for (const { pid } of groups) killGroup(pid);
  groups.clear();
  await Promise.all(Array.from(running, stopProgram));
  running.clear();
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing of it is left.
  }
}
