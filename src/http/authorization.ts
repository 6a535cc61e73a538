import * as v from "valibot";
import { toBase64, utf8 } from "../encoding.ts";
import { type ServerErrorDetail, StorageAuthenticationError, StorageServerError } from "../errors.ts";
import type { AuthEndpoints } from "../options.ts";
import { parse, summarize } from "../validation.ts";
import type { Destination } from "./hosts.ts";
import { readableDetails, titledStatus } from "./server-words.ts";
import { type HttpAnswer, type HttpRequest, isSuccess } from "./transport.ts";

export type Credentials =
  | { readonly kind: "apiKey"; readonly apiKey: string }
  | { readonly kind: "token"; readonly token: string | (() => string | Promise<string>) }
  | {
      readonly kind: "client";
      readonly clientId: string;
      readonly clientSecret: string;
      readonly authEndpoints: AuthEndpoints;
    };

interface Token {
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly renewAt: number;
}

type FetchJson = (request: HttpRequest) => Promise<{ answer: HttpAnswer; json: unknown }>;

const tokenSchema = v.object({
  access_token: v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/, "expected a token of visible characters")),
  expires_in: v.pipe(v.number(), v.minValue(0, "expected seconds")),
});
/** RFC 6749, section 5.2. */
const refusalSchema = v.object({ error: v.string(), error_description: v.nullish(v.string()) });

/** A token is renewed this long before it expires, and a short-lived one a tenth of its life before. */
const renewBefore = 60_000;
const renewBeforeShare = 0.1;

/** Gives the bearer token for a destination. Tokens are kept for each audience and fetched once for however many calls wait. */
export class Authorization {
  readonly #credentials: Credentials;
  readonly #environmentId: string;
  readonly #fetchJson: FetchJson;
  readonly #tokens = new Map<string, Promise<Token>>();

  constructor(credentials: Credentials, environmentId: string, fetchJson: FetchJson) {
    this.#credentials = credentials;
    this.#environmentId = environmentId;
    this.#fetchJson = fetchJson;
  }

  /** Whether a 401 may be cured by asking again. */
  get renewable(): boolean {
    return this.#credentials.kind === "client" || typeof tokenOf(this.#credentials) === "function";
  }

  /** @throws StorageAuthenticationError where no token can be had. */
  async tokenFor(destination: Destination): Promise<string> {
    const credentials = this.#credentials;
    if (credentials.kind === "apiKey") return credentials.apiKey;
    if (credentials.kind === "client") return (await this.#clientToken(credentials, destination)).text;
    const { token } = credentials;
    return typeof token === "string" ? token : askForToken(token);
  }

  /** Drops a token that was refused, unless a newer one has taken its place. */
  async refused(destination: Destination, token: string): Promise<void> {
    const kept = this.#tokens.get(cacheKey(destination));
    const current = await kept?.catch(() => undefined);
    if (current?.text === token && this.#tokens.get(cacheKey(destination)) === kept) {
      this.#tokens.delete(cacheKey(destination));
    }
  }

  async #clientToken(credentials: Extract<Credentials, { kind: "client" }>, destination: Destination): Promise<Token> {
    const name = cacheKey(destination);
    const kept = this.#tokens.get(name);
    if (kept !== undefined && Date.now() < (await kept).renewAt) return kept;
    // Another call that waited for the same expired token may have begun to renew it.
    const renewed = this.#tokens.get(name);
    if (renewed !== undefined && renewed !== kept) return renewed;
    const fetched = this.#fetchToken(credentials, destination);
    this.#tokens.set(name, fetched);
    fetched.catch(() => {
      if (this.#tokens.get(name) === fetched) this.#tokens.delete(name);
    });
    return fetched;
  }

  /** RFC 6749, section 4.4; protocol.md, section 7. */
  async #fetchToken(
    { clientId, clientSecret, authEndpoints }: Extract<Credentials, { kind: "client" }>,
    { audience, region }: Destination,
  ): Promise<Token> {
    const form = { grant_type: "client_credentials", scope: this.#environmentId, audience };
    const basic = toBase64(utf8(`${clientId}:${clientSecret}`));
    const { answer, json } = await this.#fetchJson({
      method: "POST",
      // The region comes from the countries list: it may be the name of anything.
      url: (Object.hasOwn(authEndpoints, region) ? authEndpoints[region] : undefined) ?? authEndpoints.default,
      headers: { authorization: `Basic ${basic}`, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(form).toString(),
    });
    if (!isSuccess(answer.status)) throw refusal(answer, json);
    const parsed = parse(tokenSchema, json, "answer");
    if (!parsed.ok) {
      throw new StorageServerError(
        `The token endpoint answered something else than a token: ${summarize(parsed.issues)}.`,
        answer.facts,
      );
    }
    const lifetime = parsed.output.expires_in * 1000;
    const margin = Math.min(renewBefore, lifetime * renewBeforeShare);
    return { text: parsed.output.access_token, renewAt: Date.now() + lifetime - margin };
  }
}

function tokenOf(credentials: Credentials): unknown {
  return credentials.kind === "token" ? credentials.token : undefined;
}

function cacheKey({ audience, region }: Destination): string {
  return `${region} ${audience}`;
}

async function askForToken(ask: () => string | Promise<string>): Promise<string> {
  let token: unknown;
  try {
    token = await ask();
  } catch (cause) {
    throw new StorageAuthenticationError("The token function failed: its own error is the cause.", { cause });
  }
  if (typeof token === "string" && /^[\x21-\x7e]+$/.test(token)) return token;
  throw new StorageAuthenticationError(
    "The token function must return a non-empty string of visible ASCII characters, or a promise of one.",
  );
}

/** The codes of RFC 6749, section 5.2: the only words of a token endpoint that a message repeats. */
const refusalCodes: ReadonlySet<string> = new Set([
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "unauthorized_client",
  "unsupported_grant_type",
  "invalid_scope",
]);

/** The error for a response of a token endpoint with a bad status. */
function refusal(answer: HttpAnswer, json: unknown): StorageAuthenticationError | StorageServerError {
  const { status, facts } = answer;
  const parsed = parse(refusalSchema, json, "answer");
  const errors = parsed.ok ? readableDetails([detailOf(parsed.output)]) : undefined;
  const cause = new StorageServerError(`The token endpoint responded ${titledStatus(status)}.`, { ...facts, errors });
  if (isNoRefusal(status)) return cause;
  const code = parsed.ok && refusalCodes.has(parsed.output.error) ? parsed.output.error : undefined;
  const how = code === undefined ? `with status ${status}` : `(${status}): ${code}`;
  const message = `The token endpoint refused the client credentials ${how}. Check clientId, clientSecret and environmentId.`;
  return new StorageAuthenticationError(message, { cause });
}

function detailOf({ error, error_description: detail }: v.InferOutput<typeof refusalSchema>): ServerErrorDetail {
  return { title: error, detail: detail ?? undefined };
}

/** Whether nobody was refused, whatever the body says: the endpoint is not there, is busy, or fails. */
function isNoRefusal(status: number): boolean {
  return status >= 500 || [404, 408, 429].includes(status);
}
