import type { Logger } from "incountry-storage";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { atOnce, faultStorage, rejection, serverError } from "../../support/faults/fault-storage.ts";
import { genuine, reset, respond, type Turn } from "../../support/faults/script.ts";
import { scripted } from "../../support/faults/scripted.ts";
import { popStorage, unique } from "../../support/pop-storage.ts";

const recordKey = unique("busy");
const record = { recordKey, body: "worth waiting for" };

beforeAll(async () => {
  await popStorage().write("de", record);
});

function busy(status: 429 | 503, retryAfter?: string): Turn {
  const headers = retryAfter === undefined ? {} : { "retry-after": retryAfter };
  return respond("Slow down", { status: `${status} Busy`, type: "text/plain", headers });
}

describe.each([429, 503] as const)("status %i", (status) => {
  it.each([undefined, "0", new Date(0).toUTCString(), "soon"])("with Retry-After %s is retried", async (retryAfter) => {
    const fault = busy(status, retryAfter);
    const server = await scripted(fault, fault, fault, fault, fault, [genuine()]);
    await expect(faultStorage(server).read("de", recordKey)).resolves.toMatchObject({ record });
    expect(await server.seen()).toHaveLength(6);
  });

  it("always rejects with a StorageServerError after five retries", async () => {
    const server = await scripted(busy(status));
    const url = `${server.url}/v2/storage/records/de`;
    const failed = faultStorage(server).write("de", { recordKey });
    await serverError(failed, { name: "StorageServerError", method: "POST", url, status });
    expect(await server.seen()).toHaveLength(6);
  });

  it.each([0, 1, 9])("is retried as often as the call sets: %i times", async (maxRetries) => {
    const server = await scripted(busy(status));
    const error = await rejection(faultStorage(server).find("de", {}, {}, { maxRetries }));
    expect(error).toMatchObject({ status });
    expect(await server.seen()).toHaveLength(1 + maxRetries);
  });
});

describe("the retries of a call", () => {
  it("have one budget, whatever their cause: a fresh token does not reset it", async () => {
    const refused = respond("", { status: "401 Unauthorized" });
    const server = await scripted(busy(503, "0"), busy(429, "0"), refused, busy(503, "0"));
    const storage = faultStorage(server, { oauth: { token: () => "a-token" } });
    const error = await rejection(storage.find("de", {}, {}, { maxRetries: 2 }));
    expect(error).toMatchObject({ name: "StorageServerError", status: 503 });
    expect(await server.seen()).toHaveLength(4);
  });
});

describe("a sequence of all faults", () => {
  it("ends with success", async () => {
    const server = await scripted(busy(429), [reset], busy(503, "0"), [genuine({ share: 0.5 }), reset], [genuine()]);
    await expect(faultStorage(server).read("de", recordKey)).resolves.toMatchObject({ record });
  });
});

describe("the wait that a server requests", () => {
  afterEach(() => void vi.useRealTimers());

  it.each([
    ["30", 30_000],
    ["86400", 60_000],
  ])("of %s seconds lasts %i ms", async (retryAfter, milliseconds) => {
    const server = await scripted(busy(429, retryAfter), [genuine()]);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const write = vi.fn<Logger["write"]>();
    const answered = new Promise<void>((resolve) => void write.mockImplementation(() => resolve()));
    const httpOptions = { ...atOnce, timeout: 600_000 };
    const reading = faultStorage(server, { logger: { write }, httpOptions }).read("de", recordKey);
    await answered;
    await vi.advanceTimersByTimeAsync(milliseconds - 1);
    expect(await server.seen()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    await expect(reading).resolves.toMatchObject({ record });
    expect(await server.seen()).toHaveLength(2);
  });
});
