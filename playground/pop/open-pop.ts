import * as v from "valibot";
import { createApp } from "./app.ts";
import { builtInCountries } from "./built-in-countries.ts";
import { parseCountries } from "./countries.ts";
import { defaultEnvironment, parseEnvironments } from "./environments.ts";
import { type DataLocation, explainError } from "./node/data-location.ts";
import { splitForm } from "./node/form-splitter.ts";
import { openDataLocation } from "./node/open-data-location.ts";
import type { Pop, PopOptions } from "./pop.ts";
import type { Records } from "./store/records.ts";
import { Store } from "./store/store.ts";
import { startSweeping } from "./store/sweeping.ts";
import { Tokens } from "./tokens.ts";
import { parseSetting, UsageError } from "./usage-error.ts";

const positive = v.pipe(
  v.number("must be a number"),
  v.integer("must be a whole number"),
  v.minValue(1, "must be positive"),
);

/** A PoP without a `fetch` or a server in front of it. */
export interface OpenPop extends Omit<Pop, "fetch"> {
  /** Responds to a request; ignores the host of its URL. */
  readonly handle: (request: Request) => Promise<Response>;
  /** Counts the records of the first environment by country. */
  readonly countByCountry: () => ReturnType<Records["countByCountry"]>;
}

/** Opens the data location and creates the application on it. */
export async function openPop(options: PopOptions): Promise<OpenPop> {
  const environments = parseEnvironments(options.environments ?? [defaultEnvironment]);
  const countries = parseCountries({ countries: options.countries ?? builtInCountries });
  const tokenLifetime = parseSetting(positive, options.tokenLifetime ?? 3600, "tokenLifetime");
  const sweepInterval = parseSetting(positive, options.sweepInterval ?? 60_000, "sweepInterval");
  const location = locationOf(options);
  const opened = await openDataLocation(location);
  const store = new Store(opened);
  try {
    await store.prepare();
    const tokens = new Tokens(await store.signingKey(), tokenLifetime);
    const app = createApp({ store, tokens, environments, countries, splitForm });
    const sweeping = startSweeping(store, sweepInterval);
    const [first = defaultEnvironment] = environments;
    const inFlight = new Set<Promise<unknown>>();
    let closing: Promise<void> | undefined;
    const close = async () => {
      await Promise.allSettled(inFlight);
      await sweeping.stop();
      await store.settled();
      await opened.close();
    };
    return {
      handle: async (request) => {
        if (closing !== undefined) throw new TypeError("The PoP is closed.");
        const response = Promise.resolve(app.fetch(request));
        inFlight.add(response);
        try {
          return await response;
        } finally {
          inFlight.delete(response);
        }
      },
      countByCountry: () => store.records.countByCountry(first.id),
      client: { environmentId: first.id, endpoint: "http://pop.localhost", apiKey: first.apiKey },
      environments,
      close: () => (closing ??= close()),
    };
  } catch (error) {
    await opened.close();
    throw explainError(error, location);
  }
}

function locationOf({ memory, data, database }: PopOptions): DataLocation {
  const given = [memory === true, data !== undefined, database !== undefined].filter(Boolean).length;
  if (given > 1) throw new UsageError("Set only one of memory, data and database.");
  if (data !== undefined) return { kind: "folder", folder: data };
  if (database !== undefined) return { kind: "postgres", url: database };
  return { kind: "memory" };
}
