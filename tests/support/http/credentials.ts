import { inject } from "vitest";
import { genuine, respondJson, type Script, type Turn } from "../faults/script.ts";
import { type Scripted, scripted } from "../faults/scripted.ts";

/** A PoP's response to a token that it does not accept. */
export const unauthorized: Turn = respondJson(
  { errors: [{ detail: "The token has expired." }] },
  { status: "401 Unauthorized" },
);

/** A PoP's response to a search without matches. */
export const emptyPage: Turn = respondJson({ meta: { count: 0, limit: 100, offset: 0, total: 0 }, data: [] });

/** The response of a token endpoint. */
export function token(text: string, lifetime = 3600): Turn {
  return respondJson({ access_token: text, expires_in: lifetime, token_type: "bearer", scope: "playground" });
}

/** Client credentials that the PoP accepts, and a token endpoint that plays a script. */
export async function clientCredentials(...script: Script): Promise<{
  oauth: { clientId: string; clientSecret: string; authEndpoints: { default: string } };
  endpoint: Scripted;
}> {
  const { clientId, clientSecret } = inject("pop");
  const endpoint = await scripted(...script);
  return { endpoint, oauth: { clientId, clientSecret, authEndpoints: { default: `${endpoint.url}/oauth2/token` } } };
}

/** The PoP's own endpoint. */
export const genuinely: Script = [[genuine()]];

/** The authorization headers of the requests to a server. */
export async function authorizations(server: Scripted): Promise<(string | undefined)[]> {
  return (await server.seen()).map(({ headers }) => headers["authorization"]);
}
