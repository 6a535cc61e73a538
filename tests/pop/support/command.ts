import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { defaultEnvironment } from "incountry-playground";
import { stopProgram, waitForOutput } from "../../runtimes/processes.ts";
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
  /** Resolves when it has ended by itself or by a signal. */
  readonly ended: Promise<Ended>;
  /** Its address, once it listens. */
  url(): Promise<string>;
  /** A way to it, as the default environment. */
  caller(): Promise<Caller>;
  /** Ends it with this signal, and waits. */
  end(signal: NodeJS.Signals): Promise<Ended>;
}

/** Starts the PoP's command from source, in a process of its own. */
export function startCommand(args: readonly string[], environment: Record<string, string> = {}): RunningCommand {
  const { DATABASE_URL: _databaseUrl, ...inherited } = process.env;
  const child = spawn(process.execPath, ["--import", "tsx", `${root}playground/pop/command.ts`, ...args], {
    cwd: root,
    env: { ...inherited, TSX_TSCONFIG_PATH: `${root}playground/tsconfig.json`, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
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
  const listening = waitForOutput(child, /^PoP listening on (http:\/\/\S+)\n/).then(([, url = ""]) => url);
  // Whoever wants the address hears of a failure; whoever does not, looks at how it ended.
  listening.catch(() => {});
  running.add(child);
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

/** Ends what a test left running. */
export async function endCommands(): Promise<void> {
  await Promise.all(Array.from(running, stopProgram));
  running.clear();
}
