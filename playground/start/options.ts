import { parseArgs } from "node:util";
import { defaultPort } from "../pop/start-pop.ts";
import { UsageError } from "../pop/usage-error.ts";

export interface PlaygroundOptions {
  /** 0 selects a free port. */
  readonly port: number;
  /** The folder for all data. */
  readonly data: string;
}

const defaultFolder = ".pop/playground";

export const usage = `npm start -- [options]

  --port N     port of the page and its PoP (default: ${defaultPort}); 0 selects a free port
  --data DIR   folder for all data (default: ${defaultFolder})
  --help       print this`;

/** Parses the options of the command line. Returns `help` for `--help`. */
export function playgroundOptions(args: readonly string[]): PlaygroundOptions | "help" {
  const { port, data, help } = parse(args);
  if (help === true) return "help";
  return { port: portOf(port), data: data ?? defaultFolder };
}

function parse(args: readonly string[]): { port?: string; data?: string; help?: boolean } {
  try {
    const options = { port: { type: "string" }, data: { type: "string" }, help: { type: "boolean" } } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`${reason.split("\n")[0]} See npm start -- --help.`, { cause });
  }
}

function portOf(text: string | undefined): number {
  if (text === undefined) return defaultPort;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError("--port must be a number from 0 to 65535.");
}
