import { array, object, parse, string } from "valibot";
import { describe, expect, it } from "vitest";
import { freshCountry } from "../support/countries.ts";
import type { GetCaller } from "../support/suite.ts";

export function httpSuite(caller: GetCaller): void {
  describe("HTTP", () => {
    it("responds to the health check without authorization", async () => {
      const response = await caller().send("GET", "/healthcheck", {
        headers: { authorization: null, "x-env-id": null },
      });
      expect(response.status).toBe(200);
    });

    it("serves the countries list without authorization", async () => {
      const response = await caller().send("GET", "/countries", { headers: { authorization: null, "x-env-id": null } });
      const schema = object({ countries: array(object({ id: string(), name: string(), region: string() })) });
      const { countries } = parse(schema, response.json);
      expect(countries).toContainEqual({ id: "DE", name: "Germany", region: "EMEA" });
      expect(countries).toHaveLength(249);
      expect(new Set(countries.map(({ id }) => id)).size).toBe(249);
    });

    it("returns 404 in its own form for unknown paths", async () => {
      for (const path of ["/", "/v2/storage/records", "/v2/storage/records/de/", "/v2/storage/records/de/k/meta"]) {
        const response = await caller().send("GET", path);
        expect(response.errors).toMatchObject([{ status: 404, title: "Not Found" }]);
        expect(response.status).toBe(404);
      }
    });

    it.each([
      ["GET", "", "POST, OPTIONS"],
      ["PUT", "/k", "GET, DELETE, HEAD, OPTIONS"],
      // This is a record key too.
      ["PUT", "/find", "POST, GET, DELETE, HEAD, OPTIONS"],
      ["GET", "/k/attachments", "POST, PUT, OPTIONS"],
    ])(
      "rejects %s of /v2/storage/records/de%s with 405, and lists the supported methods",
      async (method, path, allow) => {
        const response = await caller().send(method, `/v2/storage/records/de${path}`);
        expect(response.errors).toMatchObject([{ status: 405, title: "Method Not Allowed" }]);
        expect([response.status, response.headers.get("allow")]).toEqual([405, allow]);
      },
    );

    it("echoes a valid request id, and generates one otherwise", async () => {
      const path = "/healthcheck";
      const given = await caller().send("GET", path, { headers: { "x-request-id": "a.request:id/1" } });
      expect(given.headers.get("x-request-id")).toBe("a.request:id/1");
      const ids = await Promise.all(
        [{}, {}, { "x-request-id": "x".repeat(300) }].map(async (headers) => {
          return (await caller().send("GET", path, { headers })).headers.get("x-request-id");
        }),
      );
      expect(new Set(ids).size).toBe(3);
      for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
    });

    it("announces its protocol extensions on every response", async () => {
      const responses = [
        await caller().send("GET", "/healthcheck"),
        await caller().send("OPTIONS", "/v2/storage/records/de", {
          headers: { origin: "https://app.example", "access-control-request-method": "POST" },
        }),
        await caller().send("POST", "/oauth2/token"),
        await caller().send("POST", "/v2/storage/records/de", { body: "{" }),
        await caller().send("GET", "/v2/storage/records/de/k", { headers: { authorization: null } }),
        await caller().send("GET", "/nothing/here"),
        await caller().send("PUT", "/healthcheck"),
      ];
      expect(responses.map(({ status }) => status)).toEqual([200, 204, 400, 400, 401, 404, 405]);
      for (const { headers } of responses) expect(headers.get("x-pop-features")).toBe("if-match");
    });

    it("sends a request id and CORS headers with errors too", async () => {
      const headers = { "x-request-id": "refused", origin: "https://app.example" };
      const responses = [
        await caller().send("GET", "/nothing/here", { headers }),
        await caller().send("POST", "/v2/storage/records/de", { body: "{", headers }),
        await caller().send("GET", "/v2/storage/records/de/k", { headers: { ...headers, authorization: null } }),
      ];
      expect(responses.map((response) => response.status)).toEqual([404, 400, 401]);
      for (const response of responses) {
        expect(response.headers.get("x-request-id")).toBe("refused");
        expect(response.headers.get("access-control-allow-origin")).toBe("*");
        expect(response.headers.get("content-type")).toBe("application/json");
      }
    });

    it("allows any origin: preflight, and the headers that a page may read", async () => {
      const requestHeaders =
        "authorization, content-type, x-env-id, x-request-id, if-match, range, x-of-the-callers-own";
      const preflight = await caller().send("OPTIONS", "/v2/storage/records/de/batchWrite", {
        headers: {
          authorization: null,
          "x-env-id": null,
          origin: "https://app.example",
          "access-control-request-method": "POST",
          "access-control-request-headers": requestHeaders,
        },
      });
      expect(preflight.status).toBe(204);
      expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
      const list = (name: string) => (preflight.headers.get(name) ?? "").split(/ *, */);
      expect(list("access-control-allow-methods")).toEqual(
        expect.arrayContaining(["GET", "POST", "PUT", "PATCH", "DELETE"]),
      );
      expect(list("access-control-allow-headers")).toEqual(expect.arrayContaining(requestHeaders.split(", ")));

      const response = await caller().send("GET", "/healthcheck", { headers: { origin: "https://app.example" } });
      for (const { headers } of [preflight, response]) {
        const exposed = (headers.get("access-control-expose-headers") ?? "").split(/ *, */);
        const own = ["x-request-id", "x-pop-features", "content-disposition", "content-range", "etag", "retry-after"];
        expect(exposed).toEqual(expect.arrayContaining(own));
      }
    });

    it.each(["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", null])(
      "rejects a body of the type %s with 415",
      async (type) => {
        const country = freshCountry();
        for (const path of ["", "/batchWrite", "/find", "/batchDelete"]) {
          const response = await caller().send("POST", `/v2/storage/records/${country}${path}`, {
            // Unlike a text, a body of bytes has no default type.
            body: '{"record_key": "k"}',
            headers: { "content-type": type ?? "" },
          });
          expect([response.status, response.sources]).toEqual([415, ["content-type"]]);
        }
      },
    );

    it("accepts JSON with a charset, and a content type in capitals", async () => {
      for (const type of ["application/json; charset=utf-8", "Application/JSON;charset=UTF-8"]) {
        const response = await caller().write(freshCountry(), { record_key: "k" }, { "content-type": type });
        expect(response.status).toBe(200);
      }
    });

    it("rejects a body that is not UTF-8", async () => {
      const { fetch, url, environment } = caller();
      const response = await fetch(`${url}/v2/storage/records/de`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${environment.apiKey}`,
          "x-env-id": environment.id,
          "content-type": "application/json",
        },
        body: new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]),
      });
      expect(response.status).toBe(400);
      expect(await response.text()).toContain("The body is not UTF-8.");
    });

    it("rejects a body beyond 32 MiB with 413, and accepts a large one below", async () => {
      const country = freshCountry();
      const response = await caller().write(country, { record_key: "k", body: "x".repeat(32 * 1024 * 1024) });
      expect(response.status).toBe(413);
      expect(response.errors).toMatchObject([{ status: 413, title: "Content Too Large" }]);
      const large = "y".repeat(4 * 1024 * 1024);
      expect((await caller().write(country, { record_key: "k", body: large })).status).toBe(200);
      expect((await caller().read(country, "k")).record["body"]).toBe(large);
    });

    it("responds to HEAD like GET, without a body", async () => {
      const country = freshCountry();
      await caller().write(country, { record_key: "k" });
      const response = await caller().send("HEAD", `/v2/storage/records/${country}/k`);
      expect([response.status, response.text]).toEqual([200, ""]);
    });

    it("rejects with the caller's abort reason", async () => {
      const reason = new Error("changed my mind");
      const calling = caller().send("GET", "/healthcheck", { signal: AbortSignal.abort(reason) });
      await expect(calling).rejects.toBe(reason);
    });
  });
}
