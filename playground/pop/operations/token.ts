import type { Context } from "hono";
import { readText } from "../body.ts";
import type { Operation, Services } from "../context.ts";
import type { Credentials } from "../credentials.ts";
import type { Environment } from "../environments.ts";
import { jsonResponse } from "../responses.ts";

/** An error response of the token endpoint (RFC 6749, section 5.2). */
class TokenError extends Error {
  override readonly name = "TokenError";
  readonly status: 400 | 401;
  readonly code: string;

  constructor(status: 400 | 401, code: string, description: string) {
    super(description);
    this.status = status;
    this.code = code;
  }
}

/** Client credentials (PROTOCOL.md, section 7; RFC 6749, section 4.4). */
export const token: Operation = {
  method: "POST",
  path: "/oauth2/token",
  handle: async (context, services) => {
    const headers = { "cache-control": "no-store" };
    try {
      return jsonResponse(await issueToken(context, services), { headers });
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      const { status, code, message } = error;
      const body = { error: code, error_description: message, status_code: status };
      if (status === 401) Object.assign(headers, { "www-authenticate": 'Basic realm="token", charset="UTF-8"' });
      return jsonResponse(body, { status, headers });
    }
  },
};

async function issueToken(context: Context, { credentials, tokens }: Services): Promise<object> {
  const form = await readForm(context);
  const environment = await authenticate(context.req.header("authorization"), credentials);
  const grant = only(form, "grant_type");
  if (grant !== "client_credentials") {
    throw new TokenError(400, "unsupported_grant_type", "The grant type must be client_credentials.");
  }
  const scope = only(form, "scope");
  const audience = only(form, "audience");
  if (scope !== environment.id) {
    throw new TokenError(400, "invalid_scope", "The scope must be the id of the client's environment.");
  }
  const accessToken = await tokens.issue(environment, audience);
  return { access_token: accessToken, expires_in: tokens.lifetime, token_type: "bearer", scope };
}

const maxFormBytes = 16 * 1024;

async function readForm(context: Context): Promise<URLSearchParams> {
  const type = context.req.header("content-type") ?? "";
  if (!/^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type)) {
    throw invalidRequest("The content-type must be application/x-www-form-urlencoded.");
  }
  const { text, error } = await readText(context.req.raw, maxFormBytes);
  if (text === undefined) throw invalidRequest(`The form is ${error}.`);
  return new URLSearchParams(text);
}

/** A parameter that is required exactly once. */
function only(form: URLSearchParams, name: string): string {
  const [value, ...more] = form.getAll(name);
  if (value === undefined || value === "") throw invalidRequest(`The parameter ${name} is missing.`);
  if (more.length > 0) throw invalidRequest(`The parameter ${name} is repeated.`);
  return value;
}

function invalidRequest(description: string): TokenError {
  return new TokenError(400, "invalid_request", description);
}

async function authenticate(authorization: string | undefined, credentials: Credentials): Promise<Environment> {
  const pair = pairOf(authorization);
  const environment = pair === undefined ? undefined : await credentials.byClient(pair);
  if (environment !== undefined) return environment;
  throw new TokenError(401, "invalid_client", "The client id or the client secret is unknown, or missing.");
}

/** `clientId:clientSecret`, decoded. */
function pairOf(authorization: string | undefined): string | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined) return undefined;
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return decoder.decode(Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0)));
  } catch {
    return undefined;
  }
}
