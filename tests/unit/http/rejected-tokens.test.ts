import { StorageAuthenticationError, StorageNetworkError, StorageServerError } from "incountry-storage";
import { describe, expect, inject, it, vi } from "vitest";
import { atOnce, faultStorage, rejection } from "../../support/faults/fault-storage.ts";
import { genuine, hang, reset, respond, respondJson, type Turn, wait } from "../../support/faults/script.ts";
import { scripted } from "../../support/faults/scripted.ts";
import { authorizations, clientCredentials, genuinely, token, unauthorized } from "../../support/http/credentials.ts";

describe("a rejected token request", () => {
  const refusal = { error: "invalid_scope", error_description: "The scope is not for this client.", status_code: 400 };

  it("is a StorageAuthenticationError with the code of RFC 6749, and is not retried", async () => {
    const { oauth, endpoint } = await clientCredentials(respondJson(refusal, { status: "400 Bad Request" }));
    const pop = await scripted([genuine()]);
    const error = await rejection(faultStorage(pop, { oauth }).read("de", "any"));
    expect(error).toBeInstanceOf(StorageAuthenticationError);
    expect(error).toMatchObject({
      code: "authentication_error",
      message:
        "The token endpoint refused the client credentials (400): invalid_scope. Check clientId, clientSecret and environmentId.",
      cause: {
        status: 400,
        method: "POST",
        url: oauth.authEndpoints.default,
        errors: [{ title: "invalid_scope", detail: refusal.error_description }],
      },
    });
    expect(await endpoint.seen()).toHaveLength(1);
    expect(await pop.seen()).toStrictEqual([]);
  });

  it("of a real endpoint reports that the secret is wrong", async () => {
    const { oauth } = await clientCredentials(...genuinely);
    const storage = faultStorage(await scripted([genuine()]), { oauth: { ...oauth, clientSecret: "not the secret" } });
    const error = await rejection(storage.read("de", "any"));
    expect(error).toBeInstanceOf(StorageAuthenticationError);
    expect(String(error)).toContain("(401): invalid_client. ");
  });

  it("is not cached: the next call requests a token again", async () => {
    // By then all calls wait for the token.
    const late: Turn = [wait(300), ...respondJson(refusal, { status: "401 Unauthorized" })];
    const { oauth, endpoint } = await clientCredentials(late, [genuine()]);
    const storage = faultStorage(await scripted([genuine()]), { oauth });
    const calls = Array.from({ length: 5 }, () => rejection(storage.find("de", { recordKey: "none" })));
    for (const error of await Promise.all(calls)) expect(error).toBeInstanceOf(StorageAuthenticationError);
    await expect(storage.find("de", { recordKey: "none" })).resolves.toMatchObject({ records: [] });
    expect(await endpoint.seen()).toHaveLength(2);
  });

  const odd: [what: string, turn: Turn, kind: unknown, says: string][] = [
    [
      "403 with HTML",
      respond("<html>", { status: "403 Forbidden" }),
      StorageAuthenticationError,
      "refused the client credentials with status 403",
    ],
    [
      "404",
      respond("", { status: "404 Not Found" }),
      StorageServerError,
      "The token endpoint responded 404 (Not Found).",
    ],
    [
      "500 with an RFC 6749 body",
      respondJson(refusal, { status: "500 X" }),
      StorageServerError,
      "The token endpoint responded 500 (Internal Server Error).",
    ],
    [
      "429 on every attempt",
      respond("", { status: "429 X" }),
      StorageServerError,
      "The token endpoint responded 429 (Too Many Requests).",
    ],
    [
      "429 on every attempt, with JSON",
      respondJson({ error: "rate_limited" }, { status: "429 X" }),
      StorageServerError,
      "The token endpoint responded 429 (Too Many Requests).",
    ],
    [
      "404 with JSON",
      respondJson({ error: "not_found" }, { status: "404 Not Found" }),
      StorageServerError,
      "The token endpoint responded 404 (Not Found).",
    ],
    [
      "408 on every attempt",
      respond("", { status: "408 X" }),
      StorageServerError,
      "The token endpoint responded 408 (Request Timeout).",
    ],
    [
      "408 on every attempt, with JSON",
      respondJson({ error: "timeout" }, { status: "408 X" }),
      StorageServerError,
      "The token endpoint responded 408 (Request Timeout).",
    ],
    [
      "a redirect",
      respond("", { status: "307 X", headers: { location: "https://elsewhere.example" } }),
      StorageServerError,
      "a redirect, which is not followed",
    ],
    [
      "200 with HTML",
      respond("<html>"),
      StorageServerError,
      "no usable token: response: is missing: expected an object.",
    ],
    [
      "a token without a life",
      respondJson({ access_token: "t" }),
      StorageServerError,
      "no usable token: response.expires_in: is missing.",
    ],
    [
      "a token that is invalid in a header",
      token("to\nken"),
      StorageServerError,
      "response.access_token: expected a token of visible characters.",
    ],
    [
      "a token that is a number",
      respondJson({ access_token: 7, expires_in: 1 }),
      StorageServerError,
      "response.access_token: expected a string, got a number.",
    ],
    [
      "a response of two megabytes",
      respond(" ".repeat(2 ** 21)),
      StorageServerError,
      "longer than the limit of 1048576 bytes",
    ],
    ["a reset", [reset], StorageNetworkError, "the connection failed"],
    ["silence", [hang], StorageNetworkError, "no response within 200 ms"],
  ];

  it.each(odd)("%s is the expected error", async (_, turn, kind, expected) => {
    const { oauth } = await clientCredentials(turn);
    const httpOptions = {
      timeout: turn.some(({ act }) => act === "hang") ? 200 : atOnce.timeout,
      retryBaseDelay: 1,
      retryMaxDelay: 2,
    };
    const error = await rejection(faultStorage(await scripted([genuine()]), { oauth, httpOptions }).find("de"));
    expect(error).toBeInstanceOf(kind);
    expect(String(error)).toContain(expected);
  });

  it("is retried after a lost connection or a 503", async () => {
    const { oauth } = await clientCredentials([reset], respond("", { status: "503 X" }), [genuine()]);
    const storage = faultStorage(await scripted([genuine()]), { oauth });
    await expect(storage.find("de", { recordKey: "none" })).resolves.toMatchObject({ records: [] });
  });
});

describe("a 401", () => {
  it("triggers one new token and one retry", async () => {
    const { oauth, endpoint } = await clientCredentials(token("stale"), [genuine()]);
    const pop = await scripted([genuine()]);
    const storage = faultStorage(pop, { oauth });
    await expect(storage.find("de", { recordKey: "none" })).resolves.toMatchObject({ records: [] });
    expect(await endpoint.seen()).toHaveLength(2);
    const [first, second, ...more] = await authorizations(pop);
    expect(first).toBe("Bearer stale");
    expect(second).toMatch(/^Bearer eyJ/);
    expect(more).toStrictEqual([]);
  });

  it("of 20 parallel calls triggers one new token for all", async () => {
    const { oauth, endpoint } = await clientCredentials(token("stale"), [genuine()]);
    const storage = faultStorage(await scripted([genuine()]), { oauth });
    await Promise.all(Array.from({ length: 20 }, () => storage.find("de", { recordKey: "none" })));
    expect(await endpoint.seen()).toHaveLength(2);
  });

  it("that persists with the new token is a StorageAuthenticationError", async () => {
    const { oauth, endpoint } = await clientCredentials(token("one"), token("two"), token("three"));
    const pop = await scripted(unauthorized);
    const error = await rejection(faultStorage(pop, { oauth }).write("de", { recordKey: "any" }));
    expect(error).toBeInstanceOf(StorageAuthenticationError);
    expect(error).toMatchObject({ cause: { status: 401, method: "POST", url: `${pop.url}/v2/storage/records/de` } });
    expect(String(error)).toContain("responded 401 (Unauthorized)");
    expect(await authorizations(pop)).toStrictEqual(["Bearer one", "Bearer two"]);
    expect(await endpoint.seen()).toHaveLength(2);
  });

  it("calls a token function again", async () => {
    const { apiKey } = inject("pop");
    const pop = await scripted([genuine()]);
    const tokens = ["stale", apiKey];
    const getToken = vi.fn(async () => tokens.shift() ?? "");
    await expect(
      faultStorage(pop, { oauth: { token: getToken } }).find("de", { recordKey: "none" }),
    ).resolves.toMatchObject({ records: [] });
    expect(getToken).toHaveBeenCalledTimes(2);
    expect(await authorizations(pop)).toStrictEqual(["Bearer stale", `Bearer ${apiKey}`]);
  });

  it("that persists calls a token function twice, and is a StorageAuthenticationError", async () => {
    const pop = await scripted(unauthorized);
    const getToken = vi.fn(() => "never-good");
    expect(await rejection(faultStorage(pop, { oauth: { token: getToken } }).find("de"))).toBeInstanceOf(
      StorageAuthenticationError,
    );
    expect(getToken).toHaveBeenCalledTimes(2);
  });

  it.each([{ apiKey: "unknown" }, { oauth: { token: "unknown" } }])(
    "is final for a credential that cannot be renewed: %o",
    async (credentials) => {
      const pop = await scripted([genuine()]);
      expect(await rejection(faultStorage(pop, credentials).find("de"))).toBeInstanceOf(StorageAuthenticationError);
      expect(await pop.seen()).toHaveLength(1);
    },
  );
});

describe("a token function", () => {
  it("that fails is a StorageAuthenticationError with its error as the cause", async () => {
    const cause = new Error("no network in the vault");
    const getToken = (): never => {
      throw cause;
    };
    const pop = await scripted([genuine()]);
    const error = await rejection(faultStorage(pop, { oauth: { token: getToken } }).find("de"));
    expect(error).toBeInstanceOf(StorageAuthenticationError);
    expect(error).toHaveProperty("cause", cause);
    expect(await pop.seen()).toStrictEqual([]);
  });

  it.each(["", "two words", "line\nbreak", "ключ"])(
    "that returns an invalid header value (%j) is a StorageAuthenticationError",
    async (text) => {
      const pop = await scripted([genuine()]);
      expect(await rejection(faultStorage(pop, { oauth: { token: () => text } }).find("de"))).toBeInstanceOf(
        StorageAuthenticationError,
      );
      expect(await pop.seen()).toStrictEqual([]);
    },
  );
});
