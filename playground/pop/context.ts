import type { Context } from "hono";
import type { Country } from "./countries.ts";
import type { Credentials } from "./credentials.ts";
import type { Environment } from "./environments.ts";
import type { SplitForm } from "./multipart.ts";
import type { Store } from "./store/store.ts";
import type { Tokens } from "./tokens.ts";

export interface Parts {
  readonly store: Store;
  readonly tokens: Tokens;
  readonly environments: readonly Environment[];
  readonly countries: readonly Country[];
  readonly splitForm: SplitForm;
}

export interface Services extends Parts {
  readonly credentials: Credentials;
}

/** A route and its handler. */
export interface Operation {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly handle: (context: Context, services: Services) => Promise<Response>;
}
