import { randomBytes } from "node:crypto";
import { type Storage, StorageAuthenticationError, type StorageOptions, StorageServerError } from "incountry-storage";
import { describe, expect, it } from "vitest";
import { type Call, hostilePop, json } from "../../support/hostile/hostile-pop.ts";
import { shown } from "../../support/hostile/shown.ts";

/** The request id of an error, for a header in the PoP's response. */
async function requestIdOf(
  id: string | ((call: Call) => string),
  call = (storage: Storage): Promise<unknown> => storage.read("de", "a key of a record"),
  options: Partial<StorageOptions> = {},
): Promise<unknown> {
  const pop = hostilePop((each) => json("{}", 500, { "x-request-id": typeof id === "string" ? id : id(each) }));
  const { error, forms } = await shown(pop, call, options);
  const { requestId } = error instanceof StorageServerError ? error : {};
  if (requestId === undefined && typeof id === "string") for (const form of forms) expect(form).not.toContain(id);
  return requestId;
}

const hexToken = randomBytes(32).toString("hex");
const uuid = "7b0e2f4c-9a3d-4f57-8f0e-2d6c1b9a5e43";

describe("requestId", () => {
  it.each([
    uuid,
    uuid.toUpperCase(),
    "4bf92f3577b34da6a3ce929d0e0e4736",
    "01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  ])("is an id in a common format: %s", async (id) => {
    expect(await requestIdOf(id)).toBe(id);
  });

  it.each([
    "Evil",
    "a key of a record",
    "Ada.Lovelace@example.com",
    "+4915112345678",
    "4111111111111111",
    "1990-01-01",
    "s3cret",
    `${uuid} Evil`,
    `${uuid}.Evil`,
    `{"Evil":1}`,
    "x".repeat(4000),
    "4bf92f3577b34da6".repeat(100),
    "é".repeat(36),
  ])("is omitted in any other format: %s", async (id) => {
    expect(await requestIdOf(id)).toBeUndefined();
  });

  it("is omitted if it is part of the request", async () => {
    const ownToken = { oauth: { token: hexToken } };
    expect(await requestIdOf(hexToken, undefined, ownToken)).toBeUndefined();
    expect(await requestIdOf(hexToken.slice(0, 32), undefined, ownToken)).toBeUndefined();
    const plain = { hashSearchKeys: false };
    expect(await requestIdOf(uuid, (storage) => storage.find("de", { key1: uuid }), plain)).toBeUndefined();
    expect(
      await requestIdOf(uuid, (storage) => storage.find("de", {}, {}, { headers: { "x-trace": `trace ${uuid}` } })),
    ).toBeUndefined();
  });

  it("is omitted if it is part of the request in another case", async () => {
    const ownToken = { oauth: { token: hexToken.toUpperCase() } };
    expect(await requestIdOf(hexToken, undefined, ownToken)).toBeUndefined();
    const plain = { hashSearchKeys: false };
    const find = (storage: Storage): Promise<unknown> => storage.find("de", { key1: uuid.toUpperCase() });
    expect(await requestIdOf(uuid, find, plain)).toBeUndefined();
  });

  it("is omitted if it is the hash of a record key in the address", async () => {
    expect(await requestIdOf((call) => call.operation)).toBeUndefined();
    expect(await requestIdOf((call) => call.operation.slice(0, 32).toUpperCase())).toBeUndefined();
  });

  it("is omitted if it is part of the request with other hyphens", async () => {
    const plain = { hashSearchKeys: false };
    const digits = uuid.replaceAll("-", "");
    expect(await requestIdOf(digits, (storage) => storage.find("de", { key1: uuid }), plain)).toBeUndefined();
    expect(await requestIdOf(uuid, (storage) => storage.find("de", { key1: digits }), plain)).toBeUndefined();
  });

  it.each([
    "4bf9-2f3577b34da6a3ce929d0e0e4736",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "4bF92f3577B34da6a3cE929d0e0e4736",
    "01aRZ3NDEKTSV4RRFFQ69G5FaV",
  ])("is omitted if it echoes the request: %s", async (id) => {
    const find = (storage: Storage): Promise<unknown> => storage.find("de", { key1: `a key ${id}` });
    expect(await requestIdOf(id)).toBe(id);
    expect(await requestIdOf(id, find, { hashSearchKeys: false })).toBeUndefined();
  });

  it("is omitted if it is part of a readable body of the request", async () => {
    const write = (storage: Storage): Promise<unknown> =>
      storage.write("de", { recordKey: "a record", body: `x ${uuid}` });
    expect(await requestIdOf(uuid, write, { encrypt: false })).toBeUndefined();
  });

  it("is omitted if it is a secret of a client", async () => {
    const credentials = { oauth: { clientId: "client", clientSecret: hexToken } };
    const pop = hostilePop(() => json("{}", 401, { "x-request-id": hexToken.slice(0, 32) }));
    const { error, forms } = await shown(pop, (storage) => storage.find("de"), credentials);
    expect(error).toBeInstanceOf(StorageAuthenticationError);
    for (const form of forms) expect(form).not.toContain(hexToken.slice(0, 32));
  });

  it("is the caller's own, whatever its format", async () => {
    const headers = { "x-request-id": "job 7 of today" };
    const find = (storage: Storage): Promise<unknown> => storage.find("de", {}, {}, { headers });
    expect(await requestIdOf("job 7 of today", find)).toBe("job 7 of today");
    expect(await requestIdOf("job 7", find)).toBeUndefined();
  });
});
