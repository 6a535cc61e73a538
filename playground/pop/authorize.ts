import type { Context } from "hono";
import type { Services } from "./context.ts";
import type { Environment } from "./environments.ts";
import { Refusal } from "./errors.ts";
import type { Scope } from "./store/schema.ts";

/** Lets a request in, and says which records it is about: those of its environment and of the country in its path. */
export async function authorize(context: Context, services: Services): Promise<Scope> {
  const environment = await environmentOf(context.req.header("authorization"), services);
  const asked = context.req.header("x-env-id");
  if (asked === undefined || asked === "") {
    throw new Refusal(400, { detail: "Name the environment in the header x-env-id.", source: "x-env-id" });
  }
  if (asked !== environment.id) {
    throw new Refusal(403, {
      detail: "These credentials belong to another environment than x-env-id names.",
      source: "x-env-id",
    });
  }
  return { environment: environment.id, country: countryOf(context) };
}

async function environmentOf(authorization: string | undefined, services: Services): Promise<Environment> {
  const credential = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
  if (credential === undefined)
    throw unauthorized("Send the header authorization: Bearer, then a token or an API key.");
  const byKey = await services.credentials.byApiKey(credential);
  if (byKey !== undefined) return byKey;
  const id = await services.tokens.environmentOf(credential);
  const byToken = services.environments.find((environment) => environment.id === id);
  if (byToken !== undefined) return byToken;
  throw unauthorized("The token is unknown or has expired, or the API key is unknown. Fetch a new token.");
}

function unauthorized(detail: string): Refusal {
  return new Refusal(401, { detail, source: "authorization" }, { headers: { "www-authenticate": "Bearer" } });
}

function countryOf(context: Context): string {
  const country = context.req.param("country") ?? "";
  if (/^[a-z]{2}$/i.test(country)) return country.toLowerCase();
  throw new Refusal(400, { detail: "A country has two letters, such as de.", source: "country" });
}
