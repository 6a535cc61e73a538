import type { Country } from "./countries.ts";
import type { Environment } from "./environments.ts";

/** What a PoP can be given. At most one of `memory`, `data` and `database`; without any it keeps everything in memory. */
export interface PopOptions {
  /** Keep everything in memory. */
  readonly memory?: boolean;
  /** Keep everything in this folder. */
  readonly data?: string;
  /** Keep everything in the PostgreSQL database of this URL. */
  readonly database?: string;
  /** The tenants; by default one with well-known credentials. */
  readonly environments?: readonly Environment[];
  /** The countries list to serve; by default every country. */
  readonly countries?: readonly Country[];
  /** Seconds that a token serves; 3600. */
  readonly tokenLifetime?: number;
  /** Milliseconds between two sweeps of expired records; 60 000. */
  readonly sweepInterval?: number;
}

/** What a client needs to reach a PoP: to be spread into the options of `createStorage`. */
export interface PopClient {
  readonly environmentId: string;
  readonly endpoint: string;
  readonly apiKey: string;
}

/** A point of presence in this process. */
export interface Pop {
  /** Answers requests like the global `fetch`, whatever host they name. */
  readonly fetch: typeof globalThis.fetch;
  /** The first environment's credentials. */
  readonly client: PopClient;
  readonly environments: readonly Environment[];
  /** Lets requests in flight finish, then closes the database. */
  close(): Promise<void>;
}
