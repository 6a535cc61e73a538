import type { Logger, LogLevel, Storage, StorageOptions } from "incountry-storage";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { attaching, country } from "../support/attachments/attaching.ts";
import { atOnce, faultStorage, rejection } from "../support/faults/fault-storage.ts";
import { genuine, hang, respond } from "../support/faults/script.ts";
import { scripted } from "../support/faults/scripted.ts";
import { clientCredentials, emptyPage, genuinely, unauthorized } from "../support/http/credentials.ts";
import { divert } from "../support/http/traffic.ts";
import { holdsPlanted, planted, plantedText } from "../support/leaks/planted.ts";
import { printedForms } from "../support/leaks/printed-forms.ts";
import { popStorage } from "../support/pop-storage.ts";
import { callWith } from "../support/storage/call.ts";
import { unhandledDuring } from "../support/storage/unhandled.ts";
import { validCalls } from "../support/storage/valid-calls.ts";

interface Line {
  readonly level: LogLevel;
  readonly message: string;
  readonly meta: Record<string, unknown>;
}

/** A logger, and the lines about requests that it received. */
function collecting(): { readonly logger: Logger; readonly lines: Line[] } {
  const lines: Line[] = [];
  const write: Logger["write"] = (level, message, meta) => {
    if (meta !== undefined) lines.push({ level, message, meta });
  };
  return { logger: { write }, lines };
}

const meta = { trace: "trace-1" };
const popHost = (): string => new URL(inject("pop").url).host;
const faultsHost = (): string => new URL(inject("faults").url).host;

const duration: unknown = expect.toSatisfy((value) => Number.isSafeInteger(value) && Number(value) >= 0);
const requestId: unknown = expect.stringMatching(/^[\w-]+$/);

/** Every key of a line about a successful request: toStrictEqual allows no other. */
const answered = { status: 200, attempt: 1, duration, requestId };

function expectNothingPlanted(lines: readonly Line[]): void {
  expect(lines).not.toHaveLength(0);
  for (const form of lines.flatMap(printedForms)) expect(holdsPlanted(form), form).toBe(false);
}

const record = {
  recordKey: plantedText("Logged"),
  key1: planted.key,
  body: planted.body,
  precommitBody: planted.precommitBody,
};
const secrets: Partial<StorageOptions> = { getSecrets: () => planted.secret, hashSearchKeys: false };

describe("a request is one line", () => {
  it("with these fields and no other", async () => {
    const { logger, lines } = collecting();
    const storage = popStorage({ ...secrets, logger });
    await storage.write("de", record, { meta });
    await storage.find("de", { key1: planted.key }, {}, { meta });
    const fields = { method: "POST", host: popHost(), country: "de", meta, ...answered };
    expect(lines).toStrictEqual([
      {
        level: "info",
        message: `write: POST ${popHost()} 200`,
        meta: { ...fields, operation: "write" },
      },
      { level: "info", message: `find: POST ${popHost()} 200`, meta: { ...fields, operation: "find" } },
    ]);
    expectNothingPlanted(lines);
  });

  it("without meta, if the caller gives none", async () => {
    const { logger, lines } = collecting();
    await popStorage({ logger }).find("de", { recordKey: "any" });
    const fields = { method: "POST", host: popHost(), operation: "find", country: "de", ...answered };
    expect(lines.map((line) => line.meta)).toStrictEqual([fields]);
  });

  it("about a health check", async () => {
    const { logger, lines } = collecting();
    await popStorage({ logger }).healthcheck("de", { meta });
    const fields = { method: "GET", host: popHost(), operation: "healthcheck", country: "de", meta, ...answered };
    expect(lines.map((line) => line.meta)).toStrictEqual([fields]);
  });

  it("about the upload of a file, and each of the two of a download: with its known fields and bytes", async () => {
    const { logger, lines } = collecting();
    const { add, bytes } = await attaching({ ...secrets, logger });
    const file = new TextEncoder().encode(planted.body);
    const { fileId } = await add({ file, fileName: plantedText("Name"), mimeType: "text/plain" }, { meta });
    await bytes(fileId, { meta });
    const fields = { host: popHost(), country, meta, ...answered };
    expect(lines.map((line) => line.meta)).toStrictEqual([
      { ...fields, method: "POST", operation: "addAttachment" },
      { ...fields, method: "GET", operation: "getAttachmentFile" },
      { ...fields, method: "GET", operation: "getAttachmentFile" },
    ]);
    expectNothingPlanted(lines);
  });

  it("about a token, which is requested for all calls: without country and meta", async () => {
    const { logger, lines } = collecting();
    const { oauth } = await clientCredentials(...genuinely);
    await popStorage({ logger, oauth }).find("de", {}, { limit: 1 }, { meta });
    expect(lines.map((line) => line.meta)).toStrictEqual([
      { method: "POST", host: faultsHost(), operation: "token", ...answered },
      { method: "POST", host: popHost(), operation: "find", country: "de", meta, ...answered },
    ]);
    for (const form of lines.flatMap(printedForms)) expect(form).not.toContain(oauth.clientSecret);
  });

  it("about the countries list, likewise", async () => {
    const { logger, lines } = collecting();
    const { fetch } = divert(() => inject("pop").url);
    await popStorage({ logger, endpoint: undefined, fetch }).find("us", {}, { limit: 1 }, { meta });
    const host = "us-mt-01.api.incountry.io";
    expect(lines.map((line) => line.meta)).toStrictEqual([
      { method: "GET", host: "portal-backend.incountry.com", operation: "countries", ...answered },
      { method: "POST", host, operation: "find", country: "us", meta, ...answered },
    ]);
  });
});

describe("a request that the caller cancels", () => {
  it("is logged: the PoP may have executed it", async () => {
    const { logger, lines } = collecting();
    const controller = new AbortController();
    const server = await scripted([hang]);
    const writing = faultStorage(server, { ...secrets, logger }).write("de", record, { signal: controller.signal });
    while ((await server.seen()).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort();
    await expect(writing).rejects.toBe(controller.signal.reason);
    const line = {
      method: "POST",
      host: faultsHost(),
      operation: "write",
      country: "de",
      attempt: 1,
      duration,
      error: "cancelled",
    };
    await expect.poll(() => lines.map(({ level, meta }) => [level, meta])).toStrictEqual([["warn", line]]);
    expectNothingPlanted(lines);
  });
});

const repeated = (): object => ({
  method: "POST",
  host: faultsHost(),
  operation: "find",
  country: "de",
  duration,
  meta,
});

describe("a request that is retried is logged each time", () => {
  it("after 503", async () => {
    const { logger, lines } = collecting();
    const busyId = crypto.randomUUID();
    const busy = respond("", { status: "503 Busy", headers: { "x-request-id": busyId } });
    await faultStorage(await scripted(busy, [genuine()]), { logger }).find("de", {}, { limit: 1 }, { meta });
    expect(lines.map(({ level, meta: line }) => [level, line])).toStrictEqual([
      ["warn", { ...repeated(), attempt: 1, status: 503, requestId: busyId }],
      ["info", { ...repeated(), attempt: 2, status: 200, requestId }],
    ]);
  });

  it("after a rejected token; without a request id if the server sends none", async () => {
    const { logger, lines } = collecting();
    const oauth = { token: () => planted.token };
    const server = await scripted(unauthorized, emptyPage);
    await faultStorage(server, { logger, oauth }).find("de", {}, {}, { meta });
    expect(lines.map(({ level, meta: line }) => [level, line])).toStrictEqual([
      ["warn", { ...repeated(), attempt: 1, status: 401 }],
      ["info", { ...repeated(), attempt: 2, status: 200 }],
    ]);
    expectNothingPlanted(lines);
  });
});

describe("a request with a failed connection is logged with the code of the error", () => {
  it.each(Object.entries(validCalls))("%s", async (method, given) => {
    const { logger, lines } = collecting();
    const endpoint = inject("faults").refusing;
    const storage = popStorage({ ...secrets, logger, endpoint, httpOptions: atOnce });
    const error = await rejection(callWith(storage, method, ...given, { maxRetries: 0, meta }));
    expect(error).toMatchObject({ name: "StorageNetworkError", code: "network_error" });
    const { host } = new URL(endpoint);
    const fields = { host, country: "de", attempt: 1, duration, error: "network_error", meta };
    const verb: unknown = expect.stringMatching(/^(GET|POST|PUT|PATCH|DELETE)$/);
    const line = {
      level: "warn",
      message: expect.stringMatching(/^\w+: [A-Z]+ \S+ network_error$/),
      meta: { ...fields, method: verb, operation: method },
    };
    // A download sends two requests at once.
    expect(lines).toStrictEqual(method === "getAttachmentFile" ? [line, line] : [line]);
  });
});

/** One successful request and one failed request. */
const use = async (storage: Storage): Promise<void> => {
  await storage.write("de", record, { meta });
  await rejection(storage.read("de", plantedText("Missing"), { meta }));
};

describe("the console", () => {
  const names = ["debug", "error", "info", "log", "trace", "warn"] as const;
  const spied = () => names.map((name) => vi.spyOn(console, name).mockImplementation(() => undefined));
  afterEach(() => void vi.restoreAllMocks());

  it("is unused by default", async () => {
    const spies = spied();
    await use(popStorage(secrets));
    await use(popStorage({ ...secrets, debug: false }));
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  });

  it("is unused if there is a logger, with debug too", async () => {
    const spies = spied();
    const { logger, lines } = collecting();
    await use(popStorage({ ...secrets, logger, debug: true }));
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    expect(lines).toHaveLength(2);
  });

  it("gets the same lines with debug", async () => {
    const [debug, error, info, log, trace, warn] = spied();
    await use(popStorage({ ...secrets, debug: true }));
    const fields = { host: popHost(), country: "de", meta, ...answered };
    expect(info?.mock.calls).toStrictEqual([
      [`[incountry-storage] write: POST ${popHost()} 200`, { ...fields, method: "POST", operation: "write" }],
    ]);
    expect(warn?.mock.calls).toStrictEqual([
      [`[incountry-storage] read: GET ${popHost()} 404`, { ...fields, method: "GET", operation: "read", status: 404 }],
    ]);
    expect(debug?.mock.calls).toStrictEqual([[expect.stringMatching(/^\[incountry-storage\] .* is a password/)]]);
    for (const spy of [error, log, trace]) expect(spy).not.toHaveBeenCalled();
  });
});

const fail = (): never => {
  throw new Error("The disk is full.");
};

describe("a logger that fails", () => {
  const loggers: [how: string, write: Logger["write"]][] = [
    ["at once", fail],
    ["later", async () => fail()],
  ];

  it.each(loggers)("%s, affects no call, and leaves no rejection unhandled", async (_, failing) => {
    let lines = 0;
    // Not vi.fn, which handles the rejections of its function.
    const write: Logger["write"] = (...line) => {
      lines += 1;
      return failing(...line);
    };
    const unhandled = await unhandledDuring(async () => {
      const storage = popStorage({ ...secrets, logger: { write } });
      await expect(storage.write("de", record)).resolves.toMatchObject({ record });
      await expect(storage.read("de", record.recordKey)).resolves.toMatchObject({ record });
      await expect(storage.healthcheck("de")).resolves.toStrictEqual({ result: true });
      const unreachable = faultStorage({ url: inject("faults").refusing }, { logger: { write } });
      expect(await rejection(unreachable.read("de", "any"))).toMatchObject({ name: "StorageNetworkError" });
    });
    expect(unhandled).toStrictEqual([]);
    expect(lines).toBeGreaterThan(4);
  });

  it("would be detected here if it left one", async () => {
    const reason = new Error("Unhandled on purpose.");
    expect(await unhandledDuring(async () => void Promise.reject(reason))).toContain(reason);
  });
});
