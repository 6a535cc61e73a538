import * as v from "valibot";
import { toBase64, utf8 } from "../encoding.ts";
import { type ServerErrorDetail, StorageAuthenticationError, StorageServerError } from "../errors.ts";
import { parse, summarize } from "../validation.ts";
import { printable, statusText } from "./error-response.ts";
import type { Destination } from "./hosts.ts";
import type { JsonResponse } from "./json-response.ts";
import { isSuccess, type Method } from "./response.ts";

/** Token endpoints by region; `default` serves the regions that are not named. Names ignore case. */
export interface AuthEndpoints {
  default: string;
  [region: string]: string;
}

export type Credentials =
  | { readonly kind: "apiKey"; readonly apiKey: string }
  | { readonly kind: "token"; readonly token: string | (() => string | Promise<string>) }
  | ClientCredentials;

interface ClientCredentials {
  readonly kind: "client";
  readonly clientId: string;
  readonly clientSecret: string;
  readonly authEndpoints: AuthEndpoints;
}

interface Token {
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly renewAt: number;
}

/** A request that several calls share. */
export interface SharedRequest {
  readonly method: Method;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

type FetchJson = (request: SharedRequest) => Promise<JsonResponse>;

/** RFC 6750, section 2.1: what a header can hold. */
const tokenText = /^[\x21-\x7e]+$/;
const tokenSchema = v.object({
  access_token: v.pipe(v.string(), v.regex(tokenText, "expected a token of visible characters")),
  expires_in: v.pipe(v.number(), v.minValue(0, "expected seconds")),
});
/** RFC 6749, section 5.2. */
const errorSchema = v.object({ error: v.string(), error_description: v.nullish(v.string()) });

/** A token is renewed a minute before it expires, or a tenth of its lifetime if that is shorter. */
const renewBefore = 60_000;
const renewBeforeShare = 0.1;

/** Provides bearer tokens. They are kept by audience, and fetched once for all calls that wait. */
export class Tokens {
  readonly #credentials: Credentials;
  readonly #environmentId: string;
  readonly #fetchJson: FetchJson;
  readonly #tokens = new Map<string, Promise<Token>>();

  constructor(credentials: Credentials, environmentId: string, fetchJson: FetchJson) {
    this.#credentials = credentials;
    this.#environmentId = environmentId;
    this.#fetchJson = fetchJson;
  }

  /** True if a new token may cure a 401. */
  get renewable(): boolean {
    const credentials = this.#credentials;
    return credentials.kind === "client" || (credentials.kind === "token" && typeof credentials.token === "function");
  }

  /** @throws StorageAuthenticationError, StorageServerError, StorageNetworkError */
  async tokenFor(destination: Destination): Promise<string> {
    const credentials = this.#credentials;
    if (credentials.kind === "apiKey") return credentials.apiKey;
    if (credentials.kind === "client") return (await this.#clientToken(credentials, destination)).text;
    const { token } = credentials;
    return typeof token === "string" ? token : callTokenFunction(token);
  }

  /** Drops a token that the PoP refused, unless a newer one has replaced it. */
  async drop(destination: Destination, token: string): Promise<void> {
    const key = cacheKey(destination);
    const cached = this.#tokens.get(key);
    const current = await cached?.catch(() => undefined);
    if (current?.text === token && this.#tokens.get(key) === cached) this.#tokens.delete(key);
  }

  async #clientToken(credentials: ClientCredentials, destination: Destination): Promise<Token> {
    const key = cacheKey(destination);
    const cached = this.#tokens.get(key);
    if (cached !== undefined && Date.now() < (await cached).renewAt) return cached;
    // Another call that waited for the same expired token may have begun to renew it.
    const renewed = this.#tokens.get(key);
    if (renewed !== undefined && renewed !== cached) return renewed;
    const fetched = this.#fetchToken(credentials, destination);
    this.#tokens.set(key, fetched);
    fetched.catch(() => {
      if (this.#tokens.get(key) === fetched) this.#tokens.delete(key);
    });
    return fetched;
  }

  /** RFC 6749, section 4.4; PROTOCOL.md, section 7. */
  async #fetchToken(
    { clientId, clientSecret, authEndpoints }: ClientCredentials,
    { audience, region }: Destination,
  ): Promise<Token> {
    const form = { grant_type: "client_credentials", scope: this.#environmentId, audience };
    const received = await this.#fetchJson({
      method: "POST",
      // The countries list names the region, which may be `constructor`.
      url: (Object.hasOwn(authEndpoints, region) ? authEndpoints[region] : undefined) ?? authEndpoints.default,
      headers: {
        authorization: `Basic ${toBase64(utf8(`${clientId}:${clientSecret}`))}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams(form).toString(),
    });
    const { response, json } = received;
    if (!isSuccess(response.status)) throw tokenError(received);
    const parsed = parse(tokenSchema, json, "response");
    if (!parsed.ok) {
      const message = `The token endpoint returned no usable token: ${summarize(parsed.issues)}.`;
      throw new StorageServerError(message, response.facts);
    }
    const lifetime = parsed.output.expires_in * 1000;
    const margin = Math.min(renewBefore, lifetime * renewBeforeShare);
    return { text: parsed.output.access_token, renewAt: Date.now() + lifetime - margin };
  }
}

function cacheKey({ audience, region }: Destination): string {
  return `${region} ${audience}`;
}

async function callTokenFunction(getToken: () => string | Promise<string>): Promise<string> {
  let token: unknown;
  try {
    token = await getToken();
  } catch (cause) {
    throw new StorageAuthenticationError("The function `oauth.token` failed; see `cause`.", { cause });
  }
  if (typeof token === "string" && tokenText.test(token)) return token;
  throw new StorageAuthenticationError(
    "The function `oauth.token` must return a non-empty string of visible ASCII characters, or a promise of one.",
  );
}

/** The codes of RFC 6749, section 5.2: the only words of a token endpoint that a message repeats. */
const errorCodes: ReadonlySet<string> = new Set([
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "unauthorized_client",
  "unsupported_grant_type",
  "invalid_scope",
]);

/** Makes the error for a token endpoint's response with a bad status. */
function tokenError({ response, json }: JsonResponse): StorageAuthenticationError | StorageServerError {
  const { status, facts } = response;
  const parsed = parse(errorSchema, json, "response");
  const errors = parsed.ok ? printable([detailOf(parsed.output)]) : undefined;
  const cause = new StorageServerError(`The token endpoint responded ${statusText(status)}.`, { ...facts, errors });
  // The endpoint is missing, busy or failing: it did not refuse the credentials.
  if (status >= 500 || [404, 408, 429].includes(status)) return cause;
  const code = parsed.ok && errorCodes.has(parsed.output.error) ? parsed.output.error : undefined;
  const how = code === undefined ? `with status ${status}` : `(${status}): ${code}`;
  const message = `The token endpoint refused the client credentials ${how}. Check clientId, clientSecret and environmentId.`;
  return new StorageAuthenticationError(message, { cause });
}

function detailOf({ error, error_description: detail }: v.InferOutput<typeof errorSchema>): ServerErrorDetail {
  return { title: error, detail: detail ?? undefined };
}
