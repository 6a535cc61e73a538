import type { Context } from "hono";
import type { Services } from "./context.ts";
import type { Environment } from "./environments.ts";
import { HttpError } from "./errors.ts";
import type { Scope } from "./store/schema.ts";

/** Authorizes a request, and returns the scope of its records: its environment and the country in its path. */
export async function authorize(context: Context, services: Services): Promise<Scope> {
  const environment = await environmentOf(context.req.header("authorization"), services);
  const requested = context.req.header("x-env-id");
  if (requested === undefined || requested === "") {
    throw new HttpError(400, {
      detail: "The header x-env-id is required; set it to the environment id.",
      source: "x-env-id",
    });
  }
  if (requested !== environment.id) {
    const detail = "These credentials are for another environment than the one in x-env-id.";
    throw new HttpError(403, { detail, source: "x-env-id" });
  }
  return { environment: environment.id, country: countryOf(context) };
}

async function environmentOf(authorization: string | undefined, services: Services): Promise<Environment> {
  const credential = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
  if (credential === undefined)
    throw unauthorized("The authorization header must be Bearer and a token or an API key.");
  const byKey = await services.credentials.byApiKey(credential);
  if (byKey !== undefined) return byKey;
  const id = await services.tokens.environmentOf(credential);
  const byToken = services.environments.find((environment) => environment.id === id);
  if (byToken !== undefined) return byToken;
  throw unauthorized("The token is invalid or has expired, or the API key is unknown. Request a new token.");
}

function unauthorized(detail: string): HttpError {
  return new HttpError(401, { detail, source: "authorization" }, { headers: { "www-authenticate": "Bearer" } });
}

function countryOf(context: Context): string {
  const country = context.req.param("country") ?? "";
  if (/^[a-z]{2}$/i.test(country)) return country.toLowerCase();
  throw new HttpError(400, { detail: "The country must have two letters, such as de.", source: "country" });
}
