import * as v from "valibot";
import { StorageNetworkError, StorageResidencyError, StorageServerError } from "../errors.ts";
import { listOf, type SchemaOf } from "../validation.ts";
import { parseAnswer, serverError } from "./answers.ts";
import type { HttpAnswer } from "./transport.ts";

export interface HostOptions {
  readonly endpoint: string | undefined;
  readonly endpointMask: string | undefined;
  readonly defaultEndpointMask: string;
  readonly countriesEndpoint: string;
  readonly strictResidency: boolean;
}

/** Where the calls for a country go (protocol.md, section 8). */
export interface Destination {
  /** An origin, with a path where the endpoint has one; no slash at its end. */
  readonly host: string;
  /** What the token must be good for. */
  readonly audience: string;
  /** Whose token endpoint gives it. */
  readonly region: string;
}

function parseCountries(answer: HttpAnswer, json: unknown): Country[] {
  try {
    return parseAnswer(countriesSchema, answer, json).countries;
  } catch (error) {
    throw error instanceof StorageServerError ? unavailable(error) : error;
  }
}

/** Of the same class, so that it tells whether it is worth trying again. */
function unavailable(cause: StorageServerError): StorageServerError {
  const message = `The countries list cannot be had, so the host of the country is not known: ${cause.message} Check countriesEndpoint, or give endpoint.`;
  const { method, url, status, requestId, errors } = cause;
  const facts = { method, url, status, requestId, errors, cause };
  return cause instanceof StorageNetworkError
    ? new StorageNetworkError(message, facts)
    : new StorageServerError(message, facts);
}

interface Country {
  readonly id: string;
  readonly direct: boolean;
  readonly region: string;
}

export const defaultRegion = "default";
/** Serves the countries that have no PoP of their own. */
const fallbackCountry = "us";
const countriesLifetime = 60_000;

const countriesSchema: SchemaOf<{ countries: Country[] }> = v.object({
  countries: listOf(
    v.pipe(
      v.object({ id: v.string(), direct: v.nullish(v.boolean()), region: v.nullish(v.string()) }),
      v.transform(({ id, direct, region }) => ({
        id: id.toLowerCase(),
        direct: direct ?? false,
        region: region?.toLowerCase() ?? defaultRegion,
      })),
    ),
  ),
});

/** Finds the host of a country. The countries list is kept for a minute, and fetched once for however many calls wait for it. */
export class Hosts {
  readonly #options: HostOptions;
  readonly #fetchJson: (url: string) => Promise<{ answer: HttpAnswer; json: unknown }>;
  #countries: { readonly list: Promise<Map<string, Country>>; readonly until: number } | undefined;

  constructor(options: HostOptions, fetchJson: (url: string) => Promise<{ answer: HttpAnswer; json: unknown }>) {
    this.#options = options;
    this.#fetchJson = fetchJson;
  }

  /**
   * @throws StorageResidencyError where `strictResidency` refuses the country.
   * @throws StorageServerError, StorageNetworkError where the countries list cannot be had.
   */
  async destinationOf(country: string): Promise<Destination> {
    const { endpoint, endpointMask } = this.#options;
    if (endpoint === undefined) return this.#lookUp(country);
    const own = endpointMask === undefined ? endpoint : this.#hostOf(country);
    const audience = own === endpoint ? endpoint : `${endpoint} ${own}`;
    return { host: endpoint, audience, region: defaultRegion };
  }

  async #lookUp(code: string): Promise<Destination> {
    const country = (await this.#list()).get(code);
    const own = this.#hostOf(code);
    if (country?.direct) return { host: own, audience: own, region: country.region };
    if (this.#options.strictResidency) {
      throw new StorageResidencyError(
        `The country ${code} has no PoP of its own, and strictResidency refuses to store its records elsewhere: nothing was sent.`,
      );
    }
    const fallback = this.#hostOf(fallbackCountry);
    return { host: fallback, audience: own === fallback ? own : `${fallback} ${own}`, region: defaultRegion };
  }

  #hostOf(country: string): string {
    return `https://${country}${this.#options.endpointMask ?? this.#options.defaultEndpointMask}`;
  }

  #list(): Promise<Map<string, Country>> {
    if (this.#countries !== undefined && Date.now() < this.#countries.until) return this.#countries.list;
    // However long it takes, those who come meanwhile wait for the same.
    this.#countries = { list: this.#keepList(), until: Infinity };
    return this.#countries.list;
  }

  async #keepList(): Promise<Map<string, Country>> {
    try {
      const list = await this.#fetchList();
      this.#countries = { list: Promise.resolve(list), until: Date.now() + countriesLifetime };
      return list;
    } catch (error) {
      this.#countries = undefined;
      throw error;
    }
  }

  async #fetchList(): Promise<Map<string, Country>> {
    let answered: { answer: HttpAnswer; json: unknown };
    try {
      answered = await this.#fetchJson(this.#options.countriesEndpoint);
    } catch (error) {
      throw error instanceof StorageServerError ? unavailable(error) : error;
    }
    const { answer, json } = answered;
    if (answer.status !== 200) throw unavailable(serverError(answer, "countries"));
    return new Map(parseCountries(answer, json).map((country) => [country.id, country]));
  }
}
