import type { RequestOptions, Storage } from "incountry-storage";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { atOnce, faultStorage, rejection } from "../support/faults/fault-storage.ts";
import { makeGarbage } from "../support/faults/garbage.ts";
import { genuine, hang, head, reset, respond, send, type Turn } from "../support/faults/script.ts";
import { type Scripted, scripted } from "../support/faults/scripted.ts";
import { clientCredentials, token, unauthorized } from "../support/http/credentials.ts";
import { popStorage, unique } from "../support/pop-storage.ts";

const reason = { why: "the user left" };
const recordKey = unique("cancelled");

beforeAll(async () => {
  await popStorage().write("de", { recordKey });
});

afterEach(() => void vi.useRealTimers());

type Call = (storage: Storage, request: RequestOptions) => Promise<unknown>;

const calls: Readonly<Record<string, Call>> = {
  write: (storage, request) => storage.write("de", { recordKey, body: "b" }, request),
  batchWrite: (storage, request) => storage.batchWrite("de", [{ recordKey }], request),
  read: (storage, request) => storage.read("de", recordKey, request),
  find: (storage, request) => storage.find("de", {}, {}, request),
  findOne: (storage, request) => storage.findOne("de", {}, {}, request),
  findAll: async (storage, request) => {
    for await (const _ of storage.findAll("de", {}, {}, request)) break;
  },
  delete: (storage, request) => storage.delete("de", recordKey, request),
  batchDelete: (storage, request) => storage.batchDelete("de", [recordKey], request),
  migrate: (storage, request) => storage.migrate("de", {}, request),
  healthcheck: (storage, request) => storage.healthcheck("de", request),
};

/** Waits until the server has received this many requests; the client is then waiting for a response. */
async function untilRequested(server: Scripted, count: number): Promise<void> {
  while ((await server.seen()).length < count) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A read that is cancelled while it waits for a countries list that never arrives. */
async function cancelledAtList(): Promise<{ list: Scripted; cancelled: Promise<unknown> }> {
  const list = await scripted([hang]);
  const countriesEndpoint = `${list.url}/countries`;
  const storage = popStorage({ endpoint: undefined, countriesEndpoint, httpOptions: atOnce });
  const controller = new AbortController();
  const cancelled = rejection(storage.read("de", recordKey, { signal: controller.signal }));
  await untilRequested(list, 1);
  controller.abort(reason);
  return { list, cancelled };
}

describe.each(Object.entries(calls))("%s", (_, call) => {
  it("is not sent if the signal is already aborted", async () => {
    const server = await scripted([genuine()]);
    const getSecrets = vi.fn(() => "secret");
    const signal = AbortSignal.abort(reason);
    expect(await rejection(call(faultStorage(server, { getSecrets }), { signal }))).toBe(reason);
    expect(await server.seen()).toStrictEqual([]);
    expect(getSecrets).not.toHaveBeenCalled();
  });

  it("rejects while it waits for the response, and closes the connection", async () => {
    const server = await scripted([hang]);
    const controller = new AbortController();
    const cancelled = rejection(call(faultStorage(server), { signal: controller.signal }));
    await untilRequested(server, 1);
    controller.abort(reason);
    expect(await cancelled).toBe(reason);
    await expect.poll(async () => (await server.seen()).map(({ left }) => left)).toStrictEqual([true]);
  });

  it("rejects with the default reason of AbortController if the caller gives none", async () => {
    const server = await scripted([hang]);
    const controller = new AbortController();
    const cancelled = rejection(call(faultStorage(server), { signal: controller.signal }));
    await untilRequested(server, 1);
    controller.abort();
    expect(await cancelled).toBe(controller.signal.reason);
    expect(controller.signal.reason).toHaveProperty("name", "AbortError");
  });
});

describe("a call is cancelled", () => {
  /** The points at which a call may be cancelled. */
  const places: [where: string, turn: Turn][] = [
    ["within the headers", [send("HTTP/1.1 200 OK\r\nconte"), hang]],
    ["after the headers", [head({ announced: 10 }), hang]],
    ["within the body", [genuine({ share: 0.5 }), hang]],
  ];

  it.each(places)("%s of the response", async (_, turn) => {
    const server = await scripted(turn);
    const controller = new AbortController();
    const cancelled = rejection(faultStorage(server).read("de", recordKey, { signal: controller.signal }));
    await untilRequested(server, 1);
    controller.abort(reason);
    expect(await cancelled).toBe(reason);
    await expect.poll(async () => (await server.seen())[0]?.left).toBe(true);
  });

  it("after WebKit has collected garbage", async () => {
    const server = await scripted([hang]);
    const controller = new AbortController();
    const cancelled = rejection(faultStorage(server).read("de", recordKey, { signal: controller.signal }));
    await untilRequested(server, 1);
    await makeGarbage();
    controller.abort(reason);
    expect(await cancelled).toBe(reason);
    await expect.poll(async () => (await server.seen())[0]?.left).toBe(true);
  });

  it.each([
    ["requested by the server", respond("", { status: "429 X", headers: { "retry-after": "3600" } })],
    ["after a fault", [head({ announced: 9 }), reset]],
  ])("during the wait %s", async (_, turn) => {
    const server = await scripted(turn);
    const controller = new AbortController();
    // When the line is logged, the attempt is over and the wait begins.
    const write = (): void => void setTimeout(() => controller.abort(reason), 20);
    const httpOptions = { retryBaseDelay: 3_600_000, retryMaxDelay: 3_600_000 };
    const storage = faultStorage(server, { logger: { write }, httpOptions });
    expect(await rejection(storage.read("de", recordKey, { signal: controller.signal }))).toBe(reason);
    expect(await server.seen()).toHaveLength(1);
  });

  it("during getSecrets, which keeps running", async () => {
    const server = await scripted([genuine()]);
    const controller = new AbortController();
    const getSecrets = (): Promise<string> => {
      controller.abort(reason);
      return new Promise(() => undefined);
    };
    const storage = faultStorage(server, { getSecrets });
    expect(await rejection(storage.write("de", { recordKey }, { signal: controller.signal }))).toBe(reason);
    expect(await server.seen()).toStrictEqual([]);
  });

  it("during a custom encryption", async () => {
    const server = await scripted([genuine()]);
    const controller = new AbortController();
    const encrypt = (): Promise<string> => {
      controller.abort(reason);
      return new Promise(() => undefined);
    };
    const storage = faultStorage(server, {
      getSecrets: () => ({ currentVersion: 1, secrets: [{ secret: "AAAA", version: 1, isForCustomEncryption: true }] }),
      customEncryptionConfigs: [{ version: "own", isCurrent: true, encrypt, decrypt: encrypt }],
    });
    expect(await rejection(storage.write("de", { recordKey }, { signal: controller.signal }))).toBe(reason);
    expect(await server.seen()).toStrictEqual([]);
  });

  it("during a token function", async () => {
    const server = await scripted([genuine()]);
    const controller = new AbortController();
    const getToken = (): Promise<string> => {
      controller.abort(reason);
      return new Promise(() => undefined);
    };
    const storage = faultStorage(server, { oauth: { token: getToken } });
    expect(await rejection(storage.read("de", recordKey, { signal: controller.signal }))).toBe(reason);
    expect(await server.seen()).toStrictEqual([]);
  });

  it("during a token request, which continues for the other callers", async () => {
    const { oauth, endpoint } = await clientCredentials([{ act: "wait", milliseconds: 500 }, genuine()]);
    const storage = faultStorage(await scripted([genuine()]), { oauth });
    const controller = new AbortController();
    const cancelled = rejection(storage.read("de", recordKey, { signal: controller.signal }));
    const waiting = storage.read("de", recordKey);
    await untilRequested(endpoint, 1);
    controller.abort(reason);
    expect(await cancelled).toBe(reason);
    await expect(waiting).resolves.toMatchObject({ record: { recordKey } });
    expect(await endpoint.seen()).toHaveLength(1);
  });

  it("during the renewal of a token", async () => {
    const { oauth, endpoint } = await clientCredentials(token("stale"), [hang]);
    const storage = faultStorage(await scripted(unauthorized), { oauth });
    const controller = new AbortController();
    const cancelled = rejection(storage.read("de", recordKey, { signal: controller.signal }));
    await untilRequested(endpoint, 2);
    controller.abort(reason);
    expect(await cancelled).toBe(reason);
  });

  it("during the request for the countries list", async () => {
    const { cancelled } = await cancelledAtList();
    expect(await cancelled).toBe(reason);
  });
});

describe("a request shared by several calls", () => {
  it("is aborted when its last caller aborts, and starts again for the next one", async () => {
    const { oauth, endpoint } = await clientCredentials([hang], [genuine()]);
    const storage = faultStorage(await scripted([genuine()]), { oauth });
    const controllers = [new AbortController(), new AbortController()];
    const cancelled = controllers.map(({ signal }) => rejection(storage.read("de", recordKey, { signal })));
    await untilRequested(endpoint, 1);
    controllers[0]?.abort(reason);
    expect(await cancelled[0]).toBe(reason);
    expect((await endpoint.seen())[0]?.left).toBe(false);
    controllers[1]?.abort(reason);
    expect(await cancelled[1]).toBe(reason);
    await expect.poll(async () => (await endpoint.seen())[0]?.left).toBe(true);
    await expect(storage.read("de", recordKey)).resolves.toMatchObject({ record: { recordKey } });
    expect(await endpoint.seen()).toHaveLength(2);
  });

  it("starts again for a caller that arrives during the abort", async () => {
    const { oauth, endpoint } = await clientCredentials([hang], [genuine()]);
    const storage = faultStorage(await scripted([genuine()]), { oauth });
    const controller = new AbortController();
    let next: Promise<unknown> | undefined;
    const cancelled = rejection(storage.read("de", recordKey, { signal: controller.signal })).then((error) => {
      next = storage.read("de", recordKey);
      return error;
    });
    await untilRequested(endpoint, 1);
    controller.abort(reason);
    expect(await cancelled).toBe(reason);
    await expect(next).resolves.toMatchObject({ record: { recordKey } });
  });

  it("is aborted if it fetches the countries list", async () => {
    const { list, cancelled } = await cancelledAtList();
    expect(await cancelled).toBe(reason);
    await expect.poll(async () => (await list.seen()).map(({ left }) => left)).toStrictEqual([true]);
  });
});

describe("a signal", () => {
  it.each([undefined, null, 0, "text", new Error("own error"), new DOMException("own", "TimeoutError")])(
    "rejects the call with its own reason: %s",
    async (own) => {
      const controller = new AbortController();
      const storage = faultStorage(await scripted([hang]));
      const cancelled = rejection(storage.read("de", recordKey, { signal: controller.signal }));
      controller.abort(own);
      expect(await cancelled).toBe(controller.signal.reason);
    },
  );

  it("made by AbortSignal.timeout ends a call", async () => {
    const signal = AbortSignal.timeout(100);
    expect(await rejection(faultStorage(await scripted([hang])).read("de", recordKey, { signal }))).toBe(signal.reason);
  });

  it("from another implementation works like the platform's", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    // A polyfill: an object that is not an AbortSignal of the platform.
    const foreign: AbortSignal = Object.create(null, {
      aborted: { get: () => signal.aborted },
      reason: { get: () => signal.reason },
      addEventListener: { value: signal.addEventListener.bind(signal) },
      removeEventListener: { value: signal.removeEventListener.bind(signal) },
    });
    const server = await scripted([hang]);
    const cancelled = rejection(faultStorage(server).read("de", recordKey, { signal: foreign }));
    await untilRequested(server, 1);
    controller.abort(reason);
    expect(await cancelled).toBe(reason);
  });

  it("from another implementation gets one listener, whatever the number of calls", async () => {
    let listeners = 0;
    const foreign: AbortSignal = Object.create(null, {
      aborted: { value: false },
      addEventListener: { value: () => void (listeners += 1) },
      removeEventListener: { value: () => void (listeners -= 1) },
    });
    const storage = faultStorage(await scripted([genuine()]));
    for (let call = 0; call < 5; call += 1) await storage.read("de", recordKey, { signal: foreign });
    expect(listeners).toBeLessThanOrEqual(1);
  });

  it("that aborts after the call has no effect", async () => {
    const controller = new AbortController();
    const storage = faultStorage(await scripted([genuine()]));
    const reading = await storage.read("de", recordKey, { signal: controller.signal });
    controller.abort(reason);
    expect(reading).toMatchObject({ record: { recordKey } });
  });

  it("shared by many calls has one listener during the calls, and none afterwards", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const add = vi.spyOn(signal, "addEventListener");
    const remove = vi.spyOn(signal, "removeEventListener");
    const storage = faultStorage(await scripted([genuine()]));
    await Promise.all(Array.from({ length: 30 }, () => storage.read("de", recordKey, { signal })));
    expect(add.mock.calls.length).toBe(remove.mock.calls.length);
    expect(add.mock.calls.length).toBeLessThanOrEqual(1);
  });
});
