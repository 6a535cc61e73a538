import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { secretsFromVault } from "../../../playground/examples/vault.ts";
import { popStorage, unique } from "../../support/pop-storage.ts";

const one = { secret: "the first password of the vault", version: 1 };
const two = { secret: Buffer.alloc(32, 2).toString("base64"), version: 2, isKey: true };

let server: Server;
let address = "";
let tokens: (string | undefined)[] = [];
let answer: { readonly status: number; readonly data: unknown } = { status: 200, data: undefined };

/** The parts of HashiCorp Vault's key-value store that the example needs. */
beforeEach(async () => {
  tokens = [];
  answer = { status: 200, data: { currentVersion: 1, secrets: [one] } };
  server = createServer((request, response) => {
    tokens.push([request.headers["x-vault-token"]].flat()[0]);
    const found = request.url === "/v1/secret/data/incountry";
    response.writeHead(found ? answer.status : 404, { "content-type": "application/json" });
    response.end(
      JSON.stringify(answer.status === 200 ? { data: { data: answer.data, metadata: {} } } : { errors: [] }),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("A TCP server has an address with a port.");
  address = `http://127.0.0.1:${bound.port}`;
});

afterEach(async () => {
  await new Promise((resolve) => {
    server.close(resolve);
  });
});

const vault = (cacheFor: number) =>
  secretsFromVault({ address, path: "secret/data/incountry", token: () => "a token", keepFor: cacheFor });

describe("secrets from a vault", () => {
  it("serve many calls with one response, and notice a rotation when it is due", async () => {
    const [caching, uncached] = [popStorage({ getSecrets: vault(60_000) }), popStorage({ getSecrets: vault(0) })];
    const recordKey = unique("vault");
    await Promise.all([1, 2, 3].map(() => caching.write("de", { recordKey, body: "from the vault" })));
    expect(tokens).toStrictEqual(["a token"]);
    answer = { status: 200, data: { currentVersion: 2, secrets: [one, two] } };
    expect(await uncached.migrate("de", { filter: { recordKey } })).toStrictEqual({ migrated: 1, totalLeft: 0 });
    expect((await uncached.read("de", recordKey)).record).toMatchObject({ body: "from the vault", version: 2 });
    await expect(caching.read("de", recordKey)).rejects.toMatchObject({
      name: "StorageCryptoError",
      message: expect.stringContaining("version 2, which getSecrets() did not return"),
    });
  });

  it("fail a call while the vault is sealed, and serve the next one", async () => {
    const storage = popStorage({ getSecrets: vault(60_000) });
    answer = { status: 503, data: undefined };
    await expect(storage.validate()).rejects.toMatchObject({
      name: "SecretsProviderError",
      cause: { message: "The vault returned 503." },
    });
    answer = { status: 200, data: { currentVersion: 1, secrets: [one] } };
    await storage.validate();
    expect(tokens).toHaveLength(2);
  });

  it("of an unexpected form fail as an error of the provider", async () => {
    answer = { status: 200, data: { password: "in the wrong place" } };
    const failure: unknown = await popStorage({ getSecrets: vault(0) })
      .validate()
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "SecretsProviderError" });
    expect(JSON.stringify(failure)).not.toContain("in the wrong place");
  });
});
