import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { parseJson } from "incountry-storage/protocol";
import { type Country, parseCountries } from "../countries.ts";
import { type Environment, parseEnvironments } from "../environments.ts";
import { defaultHost, defaultPort, type PopServerOptions } from "../start-pop.ts";
import { codeOf } from "../store/database-errors.ts";
import { UsageError } from "../usage-error.ts";

const defaultFolder = ".pop";

/** What `--help` prints. */
export const usage = `Usage: incountry-pop [options]

  --port N              listen on this port; 0 takes a free one (${defaultPort})
  --host H              listen on this address (${defaultHost})
  --data DIR            keep everything in this folder (${defaultFolder})
  --memory              keep everything in memory
  --database URL        keep everything in this PostgreSQL database (DATABASE_URL)
  --environments FILE   JSON: [{"id", "clientId", "clientSecret", "apiKey"}]
  --countries FILE      JSON: {"countries": [{"id", "name", "direct", "region"}]}
  --help                print this`;

/** The options of the command line and of the environment, or `help` where that is asked for. */
export async function commandOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<PopServerOptions | "help"> {
  const values = parse(args);
  if (values.help === true) return "help";
  return {
    port: portOf(values.port),
    host: values.host ?? defaultHost,
    ...placeOf(values, environment["DATABASE_URL"]),
    ...(values.environments === undefined ? {} : { environments: await environmentsIn(values.environments) }),
    ...(values.countries === undefined ? {} : { countries: await countriesIn(values.countries) }),
  };
}

interface Values {
  port?: string;
  host?: string;
  data?: string;
  memory?: boolean;
  database?: string;
  environments?: string;
  countries?: string;
  help?: boolean;
}

function parse(args: readonly string[]): Values {
  try {
    const { values } = parseArgs({
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
    });
    return values;
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

/** DATABASE_URL counts where the command line names no place. */
function placeOf(values: Values, databaseUrl: string | undefined): PopServerOptions {
  const { memory, data, database } = values;
  if ([memory, data, database].filter((value) => value !== undefined).length > 1) {
    throw new UsageError("Give only one of --memory, --data and --database.");
  }
  if (memory !== undefined) return { memory };
  if (data !== undefined) return { data };
  if (database !== undefined) return { database };
  if (databaseUrl !== undefined && databaseUrl !== "") return { database: databaseUrl };
  return { data: defaultFolder };
}

async function environmentsIn(file: string): Promise<readonly Environment[]> {
  return parseEnvironments(await jsonIn(file, "--environments"));
}

async function countriesIn(file: string): Promise<readonly Country[]> {
  return parseCountries(await jsonIn(file, "--countries"));
}

async function jsonIn(file: string, option: string): Promise<unknown> {
  try {
    return parseJson(await readFile(file, "utf8"));
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? "it is not JSON" : (codeOf(cause) ?? "unknown reason");
    throw new UsageError(`The file given to ${option} cannot be read (${reason}): ${file}`, { cause });
  }
}
