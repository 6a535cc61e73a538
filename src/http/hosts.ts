import * as v from "valibot";
import { StorageNetworkError, StorageResidencyError, StorageServerError } from "../errors.ts";
import { listOf, type SchemaOf } from "../validation.ts";
import { errorResponse } from "./error-response.ts";
import { type JsonResponse, parseResponse } from "./json-response.ts";

export interface HostOptions {
  readonly endpoint: string | undefined;
  readonly endpointMask: string | undefined;
  readonly defaultEndpointMask: string;
  readonly countriesEndpoint: string;
  readonly strictResidency: boolean;
}

/** Where the requests for a country go (PROTOCOL.md, section 8). */
export interface Destination {
  /** An origin, with the path of the endpoint if it has one, and no slash at its end. */
  readonly host: string;
  /** The audience of the token. */
  readonly audience: string;
  /** The region whose token endpoint issues the token. */
  readonly region: string;
}

interface Country {
  readonly id: string;
  readonly direct: boolean;
  readonly region: string;
}

const defaultRegion = "default";
/** Serves the countries without a PoP of their own. */
const fallbackCountry = "us";
/** Milliseconds. */
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

/** Finds the host of a country. The countries list is kept for a minute, and fetched once for all calls that wait. */
export class Hosts {
  readonly #options: HostOptions;
  readonly #fetchJson: (url: string) => Promise<JsonResponse>;
  #countries: { readonly list: Promise<Map<string, Country>>; readonly until: number } | undefined;

  constructor(options: HostOptions, fetchJson: (url: string) => Promise<JsonResponse>) {
    this.#options = options;
    this.#fetchJson = fetchJson;
  }

  /** @throws StorageResidencyError, and StorageServerError or StorageNetworkError if the countries list cannot be fetched. */
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
        `The country "${code}" has no PoP of its own, and \`strictResidency\` is true: nothing was sent.`,
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
    // Calls that come while it is fetched wait for the same list.
    this.#countries = { list: this.#renew(), until: Infinity };
    return this.#countries.list;
  }

  async #renew(): Promise<Map<string, Country>> {
    try {
      const list = await this.#fetchList();
      this.#countries = { list: Promise.resolve(list), until: Date.now() + countriesLifetime };
      return list;
    } catch (error) {
      this.#countries = undefined;
      throw error instanceof StorageServerError ? listError(error) : error;
    }
  }

  async #fetchList(): Promise<Map<string, Country>> {
    const received = await this.#fetchJson(this.#options.countriesEndpoint);
    if (received.response.status !== 200) throw errorResponse(received, "countries");
    const { countries } = parseResponse(countriesSchema, received);
    return new Map(countries.map((country) => [country.id, country]));
  }
}

/** Has the class of its cause, which shows whether a retry makes sense. */
function listError(cause: StorageServerError): StorageServerError {
  const message = `Failed to fetch the countries list; set \`countriesEndpoint\` or \`endpoint\`. ${cause.message}`;
  const { method, url, status, requestId, errors } = cause;
  const facts = { method, url, status, requestId, errors, cause };
  return cause instanceof StorageNetworkError
    ? new StorageNetworkError(message, facts)
    : new StorageServerError(message, facts);
}
