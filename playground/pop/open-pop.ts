import * as v from "valibot";
import { createApp } from "./app.ts";
import { builtInCountries } from "./built-in-countries.ts";
import { parseCountries } from "./countries.ts";
import { defaultEnvironment, parseEnvironments } from "./environments.ts";
import { splitForm } from "./node/form-splitter.ts";
import { openPlace, type Place } from "./node/open-place.ts";
import { explained } from "./node/place-faults.ts";
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

/** A PoP before it is given a way in. */
export interface OpenPop extends Omit<Pop, "fetch"> {
  /** Answers requests, whatever host they name. */
  readonly answer: (request: Request) => Promise<Response>;
  /** How many records each country holds of the first environment. */
  readonly countByCountry: () => ReturnType<Records["countByCountry"]>;
}

/** Opens the place where a PoP keeps its data, and makes the application that works on it. */
export async function openPop(options: PopOptions): Promise<OpenPop> {
  const environments = parseEnvironments(options.environments ?? [defaultEnvironment]);
  const countries = parseCountries({ countries: options.countries ?? builtInCountries });
  const tokenLifetime = parseSetting(positive, options.tokenLifetime ?? 3600, "tokenLifetime");
  const sweepInterval = parseSetting(positive, options.sweepInterval ?? 60_000, "sweepInterval");
  const place = placeOf(options);
  const opened = await openPlace(place);
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
      answer: async (request) => {
        if (closing !== undefined) throw new TypeError("The PoP is closed.");
        const answer = Promise.resolve(app.fetch(request));
        inFlight.add(answer);
        try {
          return await answer;
        } finally {
          inFlight.delete(answer);
        }
      },
      countByCountry: () => store.records.countByCountry(first.id),
      client: { environmentId: first.id, endpoint: "http://pop.localhost", apiKey: first.apiKey },
      environments,
      close: () => (closing ??= close()),
    };
  } catch (error) {
    await opened.close();
    throw explained(error, place);
  }
}

function placeOf({ memory, data, database }: PopOptions): Place {
  const given = [memory === true, data !== undefined, database !== undefined].filter(Boolean).length;
  if (given > 1) throw new UsageError("Give only one of memory, data and database.");
  if (data !== undefined) return { kind: "folder", folder: data };
  if (database !== undefined) return { kind: "postgres", url: database };
  return { kind: "memory" };
}
