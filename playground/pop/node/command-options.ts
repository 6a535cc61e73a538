import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { parseJson } from "incountry-storage/protocol";
import { parseCountries } from "../countries.ts";
import { parseEnvironments } from "../environments.ts";
import { defaultHost, defaultPort, type PopServerOptions } from "../start-pop.ts";
import { codeOf } from "../store/database-errors.ts";
import { UsageError } from "../usage-error.ts";

const defaultFolder = ".pop";

export const usage = `Usage: incountry-pop [options]

  --port N              listen on this port; 0 selects a free one (${defaultPort})
  --host H              listen on this address (${defaultHost})
  --data DIR            store everything in this folder (${defaultFolder})
  --memory              store everything in memory
  --database URL        store everything in this PostgreSQL database (DATABASE_URL)
  --environments FILE   JSON: [{"id", "clientId", "clientSecret", "apiKey"}]
  --countries FILE      JSON: {"countries": [{"id", "name", "direct", "region"}]}
  --help                print this help`;

/** Parses the command line and the environment variables; `help` for `--help`. */
export async function commandOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<PopServerOptions | "help"> {
  const { help, port, host = defaultHost, environments, countries, ...location } = parse(args);
  if (help === true) return "help";
  return {
    port: portOf(port),
    host,
    ...locationOf(location, environment["DATABASE_URL"]),
    ...(environments !== undefined && {
      environments: parseEnvironments(await jsonIn(environments, "--environments")),
    }),
    ...(countries !== undefined && { countries: parseCountries(await jsonIn(countries, "--countries")) }),
  };
}

type Location = Pick<PopServerOptions, "memory" | "data" | "database">;

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: "string" },
        host: { type: "string" },
        data: { type: "string" },
        memory: { type: "boolean" },
        database: { type: "string" },
        environments: { type: "string" },
        countries: { type: "string" },
        help: { type: "boolean" },
      },
    }).values;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`${reason.split("\n")[0]} See incountry-pop --help.`, { cause });
  }
}

function portOf(text: string | undefined): number {
  if (text === undefined) return defaultPort;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError("--port must be a number from 0 to 65535.");
}

/** DATABASE_URL applies only if the command line names no location. */
function locationOf(location: Location, databaseUrl: string | undefined): Location {
  const given = Object.keys(location).length;
  if (given > 1) throw new UsageError("Set only one of --memory, --data and --database.");
  if (given === 1) return location;
  return databaseUrl ? { database: databaseUrl } : { data: defaultFolder };
}

async function jsonIn(file: string, option: string): Promise<unknown> {
  try {
    return parseJson(await readFile(file, "utf8"));
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? "it is not JSON" : (codeOf(cause) ?? "unknown reason");
    throw new UsageError(`The file given to ${option} cannot be read (${reason}): ${file}`, { cause });
  }
}
