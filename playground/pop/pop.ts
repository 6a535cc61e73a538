import type { Country } from "./countries.ts";
import type { Environment } from "./environments.ts";

/** The options of a PoP. At most one of `memory`, `data` and `database` may be set; the default is memory. */
export interface PopOptions {
  /** Store everything in memory. */
  readonly memory?: boolean;
  /** The folder to store everything in. */
  readonly data?: string;
  /** The URL of the PostgreSQL database to store everything in. */
  readonly database?: string;
  /** The environments and their credentials; one with well-known credentials by default. */
  readonly environments?: readonly Environment[];
  /** The countries list to serve; every country by default. */
  readonly countries?: readonly Country[];
  /** @default 3600 Lifetime of a token, in seconds. */
  readonly tokenLifetime?: number;
  /** @default 60_000 Interval between sweeps of expired records, in milliseconds. */
  readonly sweepInterval?: number;
}

/** The options of `createStorage` that reach a PoP. */
export interface PopClient {
  readonly environmentId: string;
  readonly endpoint: string;
  readonly apiKey: string;
}

/** A point of presence in this process. */
export interface Pop {
  /** Like the global `fetch`, but sends every request to this PoP; the host of the URL is ignored. */
  readonly fetch: typeof globalThis.fetch;
  /** The first environment's credentials. */
  readonly client: PopClient;
  readonly environments: readonly Environment[];
  /** Waits for requests in flight, then closes the database. */
  close(): Promise<void>;
}
