import { StorageNetworkError, type StorageOptions, StorageResidencyError, StorageServerError } from "incountry-storage";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { atOnce, rejection } from "../../support/faults/fault-storage.ts";
import { genuine, hang, reset, respond, respondJson, type Script, type Turn } from "../../support/faults/script.ts";
import { type Scripted, scripted } from "../../support/faults/scripted.ts";
import { clientCredentials, emptyPage, genuinely } from "../../support/http/credentials.ts";
import { divert, type Passed } from "../../support/http/traffic.ts";
import { popStorage } from "../../support/pop-storage.ts";

const portal = "portal-backend.incountry.com";

const countries = [
  { id: "DE", name: "Germany", direct: true, region: "EMEA" },
  { id: "jp", name: "Japan", direct: true, region: "APAC" },
  { id: "US", name: "United States", direct: true, region: "AMER" },
  { id: "FR", name: "France", direct: false, region: "EMEA" },
  { id: "BR", name: "Brazil", direct: null },
  { id: "IT", name: "Italy" },
];

interface World {
  readonly storage: ReturnType<typeof popStorage>;
  readonly passed: readonly Passed[];
  readonly portal: Scripted;
  readonly tokens: Scripted;
}

/** A Storage without an endpoint; the service's hosts resolve to the tests' servers. */
async function world(
  options: Partial<StorageOptions> = {},
  list: Script = [respondJson({ countries })],
): Promise<World> {
  const { oauth, endpoint: tokens } = await clientCredentials(...genuinely);
  const countriesServer = await scripted(...list);
  const pop = await scripted(emptyPage);
  const traffic = divert(
    ({ host }) => (host === portal || host === new URL(inject("pop").url).host ? countriesServer : pop).url,
  );
  const storage = popStorage({
    endpoint: undefined,
    oauth,
    fetch: divertAllBut(tokens, traffic.fetch),
    httpOptions: atOnce,
    ...options,
  });
  return { storage, passed: traffic.passed, portal: countriesServer, tokens };
}

/** The token endpoint has its own address, as in `authEndpoints`. */
function divertAllBut({ url }: Scripted, diverted: typeof fetch): typeof fetch {
  return (input, init) => {
    const request = new Request(input, init);
    return request.url.startsWith(url) ? fetch(request) : diverted(request);
  };
}

/** The hosts of the requests. */
const hostsOf = (passed: readonly Passed[]): string[] => passed.map(({ url }) => new URL(url).origin);

/** The host of a country with its own PoP. */
const own = (code: string): string => `https://${code}-mt-01.api.incountry.io`;

async function audiencesOf(tokens: Scripted): Promise<(string | null)[]> {
  return (await tokens.seen()).map(({ body }) => new URLSearchParams(body).get("audience"));
}

afterEach(() => void vi.useRealTimers());

describe("an endpoint", () => {
  it("is the host and the audience of every country", async () => {
    const { storage, passed, tokens } = await world({ endpoint: "https://pop.example.com" });
    for (const country of ["de", "fr"]) await storage.find(country);
    expect(passed.map(({ url }) => url)).toStrictEqual([
      "https://pop.example.com/v2/storage/records/de/find",
      "https://pop.example.com/v2/storage/records/fr/find",
    ]);
    expect(await audiencesOf(tokens)).toStrictEqual(["https://pop.example.com"]);
  });

  it("may have a path, and trailing slashes", async () => {
    const { storage, passed, tokens } = await world({ endpoint: "https://pop.example.com/behind/proxy//" });
    await storage.find("de");
    expect(passed[0]?.url).toBe("https://pop.example.com/behind/proxy/v2/storage/records/de/find");
    expect(await audiencesOf(tokens)).toStrictEqual(["https://pop.example.com/behind/proxy"]);
  });

  it("with a mask adds the country's own host to the audience if they differ", async () => {
    const { storage, passed, tokens } = await world({
      endpoint: "https://de-own.example.com",
      endpointMask: "-own.example.com",
    });
    for (const country of ["de", "FR"]) await storage.find(country);
    expect(new Set(hostsOf(passed))).toStrictEqual(new Set(["https://de-own.example.com"]));
    expect(await audiencesOf(tokens)).toStrictEqual([
      "https://de-own.example.com",
      "https://de-own.example.com https://fr-own.example.com",
    ]);
  });

  it("needs no countries list", async () => {
    const { storage, portal: list } = await world({ endpoint: "https://pop.example.com" });
    await storage.find("fr");
    expect(await list.seen()).toStrictEqual([]);
  });
});

describe("without an endpoint", () => {
  const cases: [country: string, host: string, audience: string][] = [
    ["de", own("de"), own("de")],
    ["JP", own("jp"), own("jp")],
    ["us", own("us"), own("us")],
    ["fr", own("us"), `${own("us")} ${own("fr")}`],
    ["br", own("us"), `${own("us")} ${own("br")}`],
    ["it", own("us"), `${own("us")} ${own("it")}`],
    ["zz", own("us"), `${own("us")} ${own("zz")}`],
  ];

  it.each(cases)("%s goes to %s, with the audience %s", async (country, host, audience) => {
    const { storage, passed, tokens } = await world();
    await storage.find(country);
    expect(hostsOf(passed)).toStrictEqual([`https://${portal}`, host]);
    expect(await audiencesOf(tokens)).toStrictEqual([audience]);
  });

  it("a mask alone replaces the usual one", async () => {
    const { storage, passed, tokens } = await world({ endpointMask: ".pops.example.com:8443" });
    for (const country of ["de", "fr"]) await storage.find(country);
    expect(hostsOf(passed)).toStrictEqual([
      `https://${portal}`,
      "https://de.pops.example.com:8443",
      "https://us.pops.example.com:8443",
    ]);
    expect(await audiencesOf(tokens)).toStrictEqual([
      "https://de.pops.example.com:8443",
      "https://us.pops.example.com:8443 https://fr.pops.example.com:8443",
    ]);
  });

  it("us without a PoP in the list still has a single audience", async () => {
    const { storage, tokens } = await world({}, [respondJson({ countries: [] })]);
    await storage.find("us");
    expect(await audiencesOf(tokens)).toStrictEqual([own("us")]);
  });

  it("the PoP's real list is parsed, and requested without authorization", async () => {
    const { url } = inject("pop");
    const { storage, passed } = await world({ countriesEndpoint: `${url}/countries`, strictResidency: true }, [
      [genuine()],
    ]);
    await storage.find("am");
    expect(passed[0]?.url).toBe(`${url}/countries`);
    expect(passed[0]?.headers.has("authorization")).toBe(false);
    expect(passed[0]?.headers.has("x-env-id")).toBe(false);
    expect(hostsOf(passed)[1]).toBe(own("am"));
  });
});

describe("the countries list", () => {
  it("is fetched once, and one token, for 20 parallel first calls", async () => {
    const { storage, portal: list, tokens, passed } = await world();
    await Promise.all(Array.from({ length: 20 }, () => storage.find("de")));
    expect(await list.seen()).toHaveLength(1);
    expect(await tokens.seen()).toHaveLength(1);
    expect(passed).toHaveLength(21);
  });

  it("is cached for a minute after it arrived", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const start = Date.now();
    const { storage, portal: list } = await world();
    const callAt = async (seconds: number): Promise<number> => {
      vi.setSystemTime(start + seconds * 1000);
      await Promise.all([storage.find("de"), storage.find("jp")]);
      return (await list.seen()).length;
    };
    expect(await callAt(0)).toBe(1);
    expect(await callAt(59)).toBe(1);
    expect(await callAt(61)).toBe(2);
    expect(await callAt(119)).toBe(2);
  });

  const faults: [what: string, turn: Turn, kind: unknown, says: string][] = [
    ["a reset", [reset], StorageNetworkError, "the connection failed"],
    ["silence", [hang], StorageNetworkError, "no response within 200 ms"],
    [
      "503 on every attempt",
      respond("", { status: "503 X" }),
      StorageServerError,
      "responded 503 (Service Unavailable).",
    ],
    ["404", respond("", { status: "404 X" }), StorageServerError, "responded 404 (Not Found)."],
    ["HTML", respond("<html>"), StorageServerError, "expected JSON, got HTML."],
    ["nothing", respond(""), StorageServerError, "expected JSON, got an empty body."],
    ["a list", respondJson(countries), StorageServerError, "response.countries: is missing."],
    [
      "a country without an id",
      respondJson({ countries: [{ direct: true }] }),
      StorageServerError,
      "response.countries[0].id: is missing.",
    ],
    [
      "direct that is a text",
      respondJson({ countries: [{ id: "DE", direct: "yes" }] }),
      StorageServerError,
      "response.countries[0].direct: expected true or false, got a string.",
    ],
    [
      "a redirect",
      respond("", { status: "302 X", headers: { location: "https://elsewhere.example" } }),
      StorageServerError,
      "a redirect",
    ],
  ];

  it.each(faults)(
    "that cannot be fetched (%s) rejects with an error that explains it",
    async (_, turn, kind, expected) => {
      const timeout = turn.some(({ act }) => act === "hang") ? 200 : 4_000;
      const { storage, passed } = await world({ httpOptions: { ...atOnce, timeout } }, [turn]);
      const error = await rejection(storage.write("de", { recordKey: "any" }));
      expect(error).toBeInstanceOf(kind);
      expect(error).toMatchObject({ method: "GET", url: `https://${portal}/countries` });
      expect(String(error)).toContain("Failed to fetch the countries list; set `countriesEndpoint` or `endpoint`. ");
      expect(String(error)).toContain(expected);
      expect(hostsOf(passed)).not.toContain(own("de"));
    },
  );

  it("is fetched again by the next call after a failure", async () => {
    const { storage } = await world({}, [respond("", { status: "500 X" }), respondJson({ countries })]);
    const calls = [storage.find("de"), storage.find("de")].map(rejection);
    for (const error of await Promise.all(calls)) expect(error).toBeInstanceOf(StorageServerError);
    await expect(storage.find("de")).resolves.toMatchObject({ records: [] });
  });
});

describe("strictResidency", () => {
  it.each(["fr", "br", "it", "zz"])(
    "rejects %s, which has no PoP of its own, before any part of a record is sent",
    async (country) => {
      const { storage, passed, tokens } = await world({ strictResidency: true });
      const error = await rejection(storage.write(country, { recordKey: "a", body: "stays here" }));
      expect(error).toBeInstanceOf(StorageResidencyError);
      expect(error).toMatchObject({ name: "StorageResidencyError", code: "residency_error" });
      expect(hostsOf(passed)).toStrictEqual([`https://${portal}`]);
      expect(await tokens.seen()).toStrictEqual([]);
    },
  );

  it("accepts a country with a PoP of its own", async () => {
    const { storage, passed } = await world({ strictResidency: true });
    await storage.find("de");
    expect(hostsOf(passed).at(-1)).toBe(own("de"));
  });
});
