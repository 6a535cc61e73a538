import { describe, expect, it } from "vitest";
import { createApp } from "../../playground/pop/app.ts";
import type { Environment } from "../../playground/pop/environments.ts";
import { splitForm } from "../../playground/pop/node/form-splitter.ts";
import { openDataLocation } from "../../playground/pop/node/open-data-location.ts";
import { Store } from "../../playground/pop/store/store.ts";
import { Tokens } from "../../playground/pop/tokens.ts";

/** Counts how often a secret is read: without a read, there is no comparison. */
class WatchedEnvironment implements Environment {
  static reads = 0;
  readonly id: string;
  readonly clientId: string;

  constructor(id: string) {
    this.id = id;
    this.clientId = `client ${id}`;
  }

  get apiKey(): string {
    return this.#read(`key-${this.id}`);
  }

  get clientSecret(): string {
    return this.#read(`secret:${this.id}`);
  }

  #read(value: string): string {
    WatchedEnvironment.reads += 1;
    return value;
  }
}

const environments = Array.from({ length: 20 }, (_, index) => new WatchedEnvironment(`environment-${index}`));
const ids = environments.map(({ id }) => id);
const [first = "", last = ""] = [ids[0], ids.at(-1)];

const opened = await openDataLocation({ kind: "memory" });
const store = new Store(opened);
await store.prepare();
const tokens = new Tokens(await store.signingKey(), 3600);
const app = createApp({ store, tokens, environments, countries: [], splitForm });

async function readAs(environment: string, apiKey: string): Promise<number> {
  const headers = { authorization: `Bearer ${apiKey}`, "x-env-id": environment };
  const response = await app.fetch(new Request("http://pop.localhost/v2/storage/records/de/k", { headers }));
  return response.status;
}

async function tokenFor(scope: string, pair: string): Promise<number> {
  const body = new URLSearchParams({ grant_type: "client_credentials", scope, audience: "x" });
  const headers = { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
  const response = await app.fetch(new Request("http://pop.localhost/oauth2/token", { method: "POST", headers, body }));
  return response.status;
}

describe("credentials", () => {
  it("admit each of many clients, and no other", async () => {
    for (const id of ids) {
      expect(await readAs(id, `key-${id}`)).toBe(404);
      expect(await tokenFor(id, `client ${id}:secret:${id}`)).toBe(200);
      expect(await tokenFor(id, `client+${id}:secret%3A${id}`)).toBe(200);
    }
    expect(await readAs(first, `key-${last}`)).toBe(403);
    for (const key of [`key-${first}x`, `key-${first}`.slice(0, -1), `key-${first}`.toUpperCase()]) {
      expect(await readAs(first, key)).toBe(401);
    }
    const pairs = [
      `client ${first}:secret:${last}`,
      `client ${first}:`,
      `client ${first}`,
      `\ufeffclient ${first}:secret:${first}`,
    ];
    for (const pair of pairs) expect(await tokenFor(first, pair)).toBe(401);
  });

  it("are read only at the start, and not compared one by one until one matches", async () => {
    expect(await readAs(first, `key-${first}`)).toBe(404);
    const before = WatchedEnvironment.reads;
    for (const id of [first, last, "of no client"]) {
      await readAs(id, `key-${id}`);
      await tokenFor(id, `client ${id}:secret:${id}`);
    }
    expect(WatchedEnvironment.reads).toBe(before);
  });
});
