import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { faultStorage } from "../../support/faults/fault-storage.ts";
import { genuine, respondJson } from "../../support/faults/script.ts";
import { scripted } from "../../support/faults/scripted.ts";
import { authorizations, clientCredentials, emptyPage, genuinely, token } from "../../support/http/credentials.ts";
import { divert } from "../../support/http/traffic.ts";
import { unique } from "../../support/pop-storage.ts";

afterEach(() => void vi.useRealTimers());

describe("client credentials", () => {
  it("are exchanged for a token that the PoP accepts", async () => {
    const { clientId, clientSecret, environmentId } = inject("pop");
    const { oauth, endpoint } = await clientCredentials(...genuinely);
    const pop = await scripted([genuine()]);
    const recordKey = unique("oauth");
    await faultStorage(pop, { oauth }).write("de", { recordKey });
    const [request, ...more] = await endpoint.seen();
    expect(more).toStrictEqual([]);
    expect(request).toMatchObject({
      method: "POST",
      path: "/oauth2/token",
      headers: {
        authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}`,
        "content-type": "application/x-www-form-urlencoded",
      },
    });
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toStrictEqual({
      grant_type: "client_credentials",
      scope: environmentId,
      audience: pop.url,
    });
    expect(request?.headers["x-env-id"]).toBeUndefined();
    expect((await authorizations(pop))[0]).toMatch(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/);
  });

  it("beyond ASCII are sent as UTF-8", async () => {
    const { oauth, endpoint } = await clientCredentials(token("t"));
    const storage = faultStorage(await scripted(emptyPage), {
      oauth: { ...oauth, clientId: "Zoë", clientSecret: "geheim✓" },
    });
    await storage.find("de");
    const basic = btoa(String.fromCharCode(...new TextEncoder().encode("Zoë:geheim✓")));
    expect(await authorizations(endpoint)).toStrictEqual([`Basic ${basic}`]);
  });

  it("are used once for 20 parallel first calls, and for all later calls", async () => {
    const { oauth, endpoint } = await clientCredentials(...genuinely);
    const storage = faultStorage(await scripted([genuine()]), { oauth });
    await Promise.all(Array.from({ length: 20 }, () => storage.find("de", { recordKey: "none" })));
    await storage.find("de", { recordKey: "none" });
    expect(await endpoint.seen()).toHaveLength(1);
  });

  it("are used again shortly before a token expires, once for parallel calls, and not earlier", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const start = Date.now();
    const { oauth, endpoint } = await clientCredentials(
      token("first"),
      token("second"),
      token("third", 10),
      token("fourth"),
    );
    const pop = await scripted(emptyPage);
    const storage = faultStorage(pop, { oauth });
    const callAt = async (seconds: number, calls = 1): Promise<string | undefined> => {
      vi.setSystemTime(start + seconds * 1000);
      await Promise.all(Array.from({ length: calls }, () => storage.find("de")));
      return (await authorizations(pop)).at(-1);
    };
    expect(await callAt(0)).toBe("Bearer first");
    expect(await callAt(3600 - 61)).toBe("Bearer first");
    expect(await callAt(3600 - 59, 10)).toBe("Bearer second");
    expect(await endpoint.seen()).toHaveLength(2);
    // A tenth of a short lifetime is left.
    expect(await callAt(10_000)).toBe("Bearer third");
    expect(await callAt(10_008.9)).toBe("Bearer third");
    expect(await callAt(10_009.1)).toBe("Bearer fourth");
    expect(await endpoint.seen()).toHaveLength(4);
  });

  it("get a token for each audience", async () => {
    const { oauth, endpoint } = await clientCredentials(...genuinely);
    const pop = await scripted([genuine()]);
    const storage = faultStorage(pop, { oauth, endpointMask: "-x.example.com" });
    for (const country of ["de", "fr", "de", "fr"]) await storage.find(country, { recordKey: "none" });
    const audiences = (await endpoint.seen()).map(({ body }) => new URLSearchParams(body).get("audience"));
    expect(audiences).toStrictEqual([`${pop.url} https://de-x.example.com`, `${pop.url} https://fr-x.example.com`]);
  });

  it("are sent to the endpoint of the country's region, whatever the case of its name, or to the default one", async () => {
    const { clientId, clientSecret } = inject("pop");
    const countries = ["AA:APAC", "EE:emea", "ZZ:Moon", "CC:constructor", "NN:"].map((text) => {
      const [id, region] = text.split(":");
      return { id, direct: true, region: region === "" ? null : region };
    });
    const servers = {
      portal: await scripted(respondJson({ countries })),
      pop: await scripted(emptyPage),
      tokens: await scripted(token("t")),
    };
    const traffic = divert(
      ({ host }) =>
        (host.startsWith("portal") ? servers.portal : host.startsWith("auth") ? servers.tokens : servers.pop).url,
    );
    const storage = (authEndpoints?: { default: string }): ReturnType<typeof faultStorage> => {
      const oauth =
        authEndpoints === undefined ? { clientId, clientSecret } : { clientId, clientSecret, authEndpoints };
      return faultStorage({ url: "https://replaced.example" }, { endpoint: undefined, oauth, fetch: traffic.fetch });
    };
    const audiencesOf = async (...given: Parameters<typeof storage>): Promise<string[]> => {
      const client = storage(...given);
      traffic.passed.length = 0;
      for (const { id } of countries) await client.find(id ?? "");
      return traffic.passed.map(({ url }) => url).filter((url) => url.includes("auth"));
    };
    const known = "https://auth-emea.incountry.com/oauth2/token";
    expect(await audiencesOf()).toStrictEqual([
      "https://auth-apac.incountry.com/oauth2/token",
      known,
      known,
      known,
      known,
    ]);
    const own = { default: "https://auth.example/other", aPaC: "https://auth.example/apac" };
    expect(await audiencesOf(own)).toStrictEqual([own.aPaC, own.default, own.default, own.default, own.default]);
  });
});
