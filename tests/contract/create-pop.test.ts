import { createPop, type Pop, type PopOptions, startPop, UsageError } from "incountry-playground";
import { object, parse, string } from "valibot";
import { expect, it, onTestFinished } from "vitest";
import { inProcess, overSocket } from "./support/caller.ts";
import { temporaryFolder } from "./support/folders.ts";
import { firstEnvironment, secondEnvironment } from "./support/suite.ts";

it("returns the options of a client, ready to spread into createStorage", async () => {
  const server = await startPop({ memory: true, port: 0 });
  onTestFinished(() => server.close());
  expect(server.environments).toEqual([
    { id: "playground", clientId: "playground-client", clientSecret: "playground-secret", apiKey: "playground-key" },
  ]);
  expect(server.url).toBe(`http://${server.host}:${server.port}`);
  expect(server.client).toEqual({ environmentId: "playground", endpoint: server.url, apiKey: "playground-key" });

  // The same PoP, in process and over HTTP.
  await inProcess(server).write("de", { record_key: "k" });
  expect((await overSocket(server).read("de", "k")).status).toBe(200);
});

it("is used like fetch, and rejects requests once it is closed", async () => {
  const pop = await createPop({ memory: true });
  const { endpoint, apiKey, environmentId } = pop.client;
  const url = `${endpoint}/v2/storage/records/de/k`;
  const headers = { authorization: `Bearer ${apiKey}`, "x-env-id": environmentId };
  for (const input of [url, new URL(url), new Request(url, { headers })]) {
    const init = input instanceof Request ? undefined : { headers };
    expect((await pop.fetch(input, init)).status).toBe(404);
  }
  const reason = new Error("enough");
  const controller = new AbortController();
  const calling = pop.fetch(url, { headers, signal: controller.signal });
  controller.abort(reason);
  await expect(calling).rejects.toBe(reason);

  const writing = inProcess(pop).write("de", { record_key: "in flight" });
  await Promise.all([pop.close(), pop.close()]);
  expect((await writing).status).toBe(200);
  await expect(pop.fetch(url, { headers })).rejects.toThrow(TypeError);
});

async function requestToken(pop: Pop): Promise<string> {
  const { clientId, clientSecret, id: scope } = firstEnvironment;
  const response = await inProcess(pop).send("POST", "/oauth2/token", {
    body: new URLSearchParams({ grant_type: "client_credentials", scope, audience: "x" }).toString(),
    headers: {
      authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}`,
      "content-type": "application/x-www-form-urlencoded",
    },
  });
  return parse(object({ access_token: string() }), response.json).access_token;
}

async function statusWith(token: string, pop: Pop): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, "x-env-id": firstEnvironment.id };
  return (await inProcess(pop).send("GET", "/v2/storage/records/de/k", { headers })).status;
}

it("accepts tokens issued before a restart", async () => {
  const data = await temporaryFolder();
  const first = await createPop({ data, environments: [firstEnvironment] });
  const token = await requestToken(first);
  await first.close();

  const second = await createPop({ data, environments: [secondEnvironment, firstEnvironment] });
  onTestFinished(() => second.close());
  expect(await statusWith(token, second)).toBe(404);
});

it("expires tokens", async () => {
  const pop = await createPop({ memory: true, environments: [firstEnvironment], tokenLifetime: 1 });
  onTestFinished(() => pop.close());
  const token = await requestToken(pop);
  await expect.poll(() => statusWith(token, pop)).toBe(401);
});

it.each<[string, PopOptions, RegExp]>([
  ["two places", { memory: true, database: "postgres://x" }, /only one of memory, data and database/],
  ["no environment", { environments: [] }, /at least one environment/],
  ["an environment with a space", { environments: [{ ...firstEnvironment, id: "a b" }] }, /0\.id must be ASCII/],
  ["a client id with a colon", { environments: [{ ...firstEnvironment, clientId: "a:b" }] }, /0\.clientId .* colon/],
  ["an invalid country", { countries: [{ id: "x", name: "X" }] }, /countries\.0\.id must have two letters/],
  ["a token without a lifetime", { tokenLifetime: 0 }, /tokenLifetime/],
  ["a sweep without an interval", { sweepInterval: 0 }, /sweepInterval/],
])("rejects %s", async (_title, options, message) => {
  const refused = createPop(options);
  await expect(refused).rejects.toThrow(UsageError);
  await expect(refused).rejects.toThrow(message);
});
