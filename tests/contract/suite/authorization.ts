import { number, object, parse, string } from "valibot";
import { describe, expect, it } from "vitest";
import type { Caller, PopResponse } from "../support/caller.ts";
import { freshCountry } from "../support/countries.ts";
import { firstEnvironment, type GetCaller, secondEnvironment } from "../support/suite.ts";

const tokenSchema = object({ access_token: string(), expires_in: number(), token_type: string(), scope: string() });
const errorSchema = object({ error: string(), error_description: string(), status_code: number() });

function basic(id: string, secret: string): string {
  return `Basic ${btoa(`${id}:${secret}`)}`;
}

interface TokenRequest {
  readonly authorization?: string | null;
  readonly type?: string;
  readonly form?: Record<string, string> | string;
}

const { id, clientId, clientSecret } = firstEnvironment;
const goodForm = { grant_type: "client_credentials", scope: id, audience: "https://de.example https://us.example" };

async function requestToken(caller: Caller, request: TokenRequest = {}): Promise<PopResponse> {
  const {
    authorization = basic(clientId, clientSecret),
    type = "application/x-www-form-urlencoded",
    form = goodForm,
  } = request;
  return caller.send("POST", "/oauth2/token", {
    body: new URLSearchParams(form).toString(),
    headers: { authorization, "x-env-id": null, "content-type": type },
  });
}

/** RFC 6749, section 5.2. */
function expectError(response: PopResponse, status: number, error: string): void {
  expect(response.status).toBe(status);
  expect(parse(errorSchema, response.json)).toMatchObject({ error, status_code: status });
  expect(response.headers.get("cache-control")).toBe("no-store");
}

export function authorizationSuite(caller: GetCaller): void {
  const read = async (headers: Record<string, string | null>) =>
    caller().send("GET", `/v2/storage/records/${freshCountry()}/k`, { headers });

  describe("token endpoint", () => {
    it("issues a token that authorizes its client", async () => {
      const response = await requestToken(caller());
      expect(response.status).toBe(200);
      expect(response.headers.get("cache-control")).toBe("no-store");
      const token = parse(tokenSchema, response.json);
      expect(token).toMatchObject({ expires_in: 3600, token_type: "bearer", scope: id });
      expect((await read({ authorization: `Bearer ${token.access_token}` })).status).toBe(404);
    });

    it("issues another token each time", async () => {
      const [one, other] = await Promise.all([requestToken(caller()), requestToken(caller())]);
      expect(parse(tokenSchema, one.json).access_token).not.toBe(parse(tokenSchema, other.json).access_token);
    });

    it("accepts credentials encoded as in RFC 6749", async () => {
      const encoded = basic(encodeURIComponent(clientId), encodeURIComponent(clientSecret));
      expect((await requestToken(caller(), { authorization: encoded })).status).toBe(200);
    });

    const refused: readonly (readonly [string, TokenRequest, number, string])[] = [
      ["no credentials", { authorization: null }, 401, "invalid_client"],
      ["another scheme", { authorization: `Bearer ${firstEnvironment.apiKey}` }, 401, "invalid_client"],
      ["credentials that are not base64", { authorization: "Basic ***" }, 401, "invalid_client"],
      ["a wrong secret", { authorization: basic(clientId, "wrong") }, 401, "invalid_client"],
      ["an unknown client", { authorization: basic("nobody", clientSecret) }, 401, "invalid_client"],
      [
        "another client's secret",
        { authorization: basic(clientId, secondEnvironment.clientSecret) },
        401,
        "invalid_client",
      ],
      ["another scope", { form: { ...goodForm, scope: secondEnvironment.id } }, 400, "invalid_scope"],
      ["another grant type", { form: { ...goodForm, grant_type: "password" } }, 400, "unsupported_grant_type"],
      ["no grant type", { form: { scope: id, audience: "x" } }, 400, "invalid_request"],
      ["no scope", { form: { ...goodForm, scope: "" } }, 400, "invalid_request"],
      ["no audience", { form: { grant_type: "client_credentials", scope: id } }, 400, "invalid_request"],
      ["a parameter twice", { form: `${new URLSearchParams(goodForm)}&scope=x` }, 400, "invalid_request"],
      ["another content type", { type: "application/json" }, 400, "invalid_request"],
      ["a form that is too large", { form: { ...goodForm, audience: "x".repeat(20_000) } }, 400, "invalid_request"],
    ];

    it.each(refused)("rejects %s", async (_title, request, status, error) => {
      const response = await requestToken(caller(), request);
      expectError(response, status, error);
      expect(response.headers.get("www-authenticate")).toEqual(
        status === 401 ? expect.stringMatching(/^Basic /) : null,
      );
    });

    it("rejects a form that is not UTF-8", async () => {
      const form = Buffer.concat([Buffer.from(`${new URLSearchParams(goodForm)}&more=`), Buffer.from([0xff])]);
      const headers = {
        authorization: basic(clientId, clientSecret),
        "content-type": "application/x-www-form-urlencoded",
      };
      const response = await caller().sendBytes("POST", "/oauth2/token", form, headers);
      expectError(response, 400, "invalid_request");
    });
  });

  describe("authorization", () => {
    it("accepts an API key", async () => {
      expect((await read({})).status).toBe(404);
    });

    it.each([
      null,
      "",
      "Bearer",
      "Bearer unknown",
      `Basic ${firstEnvironment.apiKey}`,
      firstEnvironment.apiKey,
      "Bearer eyJhbGciOiJub25lIn0.eyJzY29wZSI6IjRlMDA2NjdhLTU4YTQtNDIwYi05N2I3LTI0MzA3MzEyNGI4OSJ9.",
    ])("rejects %j with 401", async (authorization) => {
      const response = await read({ authorization });
      expect([response.status, response.sources]).toEqual([401, ["authorization"]]);
      expect(response.headers.get("www-authenticate")).toBe("Bearer");
    });

    it("rejects a modified token", async () => {
      const { access_token: token } = parse(tokenSchema, (await requestToken(caller())).json);
      const [header, , signature] = token.split(".");
      const claims = btoa(JSON.stringify({ scope: secondEnvironment.id, exp: 4e9 })).replaceAll("=", "");
      const forged = `${header}.${claims}.${signature}`;
      const response = await read({ authorization: `Bearer ${forged}`, "x-env-id": secondEnvironment.id });
      expect(response.status).toBe(401);
    });

    it("rejects the credentials of another environment with 403", async () => {
      const { access_token: token } = parse(tokenSchema, (await requestToken(caller())).json);
      for (const authorization of [`Bearer ${token}`, `Bearer ${firstEnvironment.apiKey}`]) {
        for (const environment of [secondEnvironment.id, "no such environment"]) {
          const response = await read({ authorization, "x-env-id": environment });
          expect([response.status, response.sources]).toEqual([403, ["x-env-id"]]);
        }
      }
    });

    it("rejects a call without an environment with 400", async () => {
      const response = await read({ "x-env-id": null });
      expect([response.status, response.sources]).toEqual([400, ["x-env-id"]]);
    });

    it("is checked before the body", async () => {
      const response = await caller().write("de", "not JSON", { authorization: null, "content-type": "text/plain" });
      expect(response.status).toBe(401);
    });
  });

  describe("environments", () => {
    it("do not see each other's records", async () => {
      const [first, second] = [caller(), caller().as(secondEnvironment)];
      const country = freshCountry();
      await first.batchWrite(country, [
        { record_key: "shared", key1: "first" },
        { record_key: "own", key1: "first" },
      ]);
      await second.write(country, { record_key: "shared", key1: "second" });

      expect((await second.read(country, "own")).status).toBe(404);
      expect((await second.read(country, "shared")).record["key1"]).toBe("second");
      expect((await second.find(country)).keys).toEqual(["shared"]);
      expect((await second.find(country, { key1: "first" })).found.meta).toMatchObject({ total: 0 });
      expect((await second.delete(country, "own")).status).toBe(404);
      await second.batchDelete(country, ["own", "shared"]);
      expect((await first.find(country)).found.data.map(({ key1 }) => key1)).toEqual(["first", "first"]);
      expect((await second.find(country)).found.meta).toMatchObject({ total: 0 });
    });
  });
}
