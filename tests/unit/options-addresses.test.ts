import { StorageConfigError } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { storageWith } from "../support/storage/call.ts";

const complete = {
  environmentId: "addresses",
  oauth: { clientId: "id", clientSecret: "not to be shown" },
  getSecrets: () => "secret",
};

const responses = {
  countries: [{ id: "de", direct: true, region: "emea" }],
  access_token: "token",
  expires_in: 3600,
  meta: { count: 0, limit: 100, offset: 0, total: 0 },
  data: [],
};

/** The addresses of the requests of a search with these options. */
async function called(options: object): Promise<string[]> {
  const urls: string[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    urls.push(new Request(input, init).url);
    return Response.json(responses);
  };
  await storageWith({ ...complete, ...options, fetch }).find("de");
  return urls;
}

const pop = "https://pop.example/v2/storage/records/de/find";

describe("a trailing slash of an address", () => {
  it("is kept for a token endpoint", async () => {
    const authEndpoints = { default: "https://idp.example/o/token/", emea: "https://idp.example/emea//" };
    const oauth = { ...complete.oauth, authEndpoints };
    expect(await called({ endpoint: "https://pop.example", oauth })).toStrictEqual([authEndpoints.default, pop]);
    expect(await called({ endpointMask: "-own.example", oauth })).toContain(authEndpoints.emea);
  });

  it("is kept for the countries list", async () => {
    const countriesEndpoint = "https://portal.example/countries/";
    expect(await called({ countriesEndpoint })).toContain(countriesEndpoint);
  });

  it("is removed from the endpoint, since a path follows", async () => {
    expect(await called({ endpoint: "https://pop.example//" })).toContain(pop);
  });
});

const oauth = (url: string): object => ({ oauth: { ...complete.oauth, authEndpoints: { default: url } } });
const options: [path: string, make: (url: string) => object][] = [
  ["endpoint", (endpoint) => ({ endpoint })],
  ["countriesEndpoint", (countriesEndpoint) => ({ countriesEndpoint })],
  ["oauth.authEndpoints.default", oauth],
];

describe.each(options)("the address %s", (path, make) => {
  it.each([
    "http://h/#",
    "http://h/#part",
    "http://h/?",
    "http://h/?a=b",
    "http://h#",
    "http://h?",
    "http://h ",
    " http://h",
    "http://h\n",
    "http://h/a\tb",
    "http://h/a b",
    "http://id:secret@h",
    "ftp://h",
    "h",
    "",
  ])("is not %j", (url) => {
    const message = `options.${path}: must be an absolute http or https URL, without spaces, credentials, query or fragment`;
    expect(() => storageWith({ ...complete, ...make(url) })).toThrow(StorageConfigError);
    expect(() => storageWith({ ...complete, ...make(url) })).toThrow(message);
  });
});
