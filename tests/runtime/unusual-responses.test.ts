import { isStorageError, StorageServerError } from "incountry-storage";
import { beforeAll, describe, expect, it } from "vitest";
import { isNode } from "../support/faults/engine.ts";
import { faultStorage, rejection } from "../support/faults/fault-storage.ts";
import { end, genuine, head, send, type Turn, wait } from "../support/faults/script.ts";
import { scripted } from "../support/faults/scripted.ts";
import { popStorage, unique } from "../support/pop-storage.ts";

const recordKey = unique("odd");
const record = { recordKey, body: "as it was — Zoë, 三, 🛂", rangeKey1: 9223372036854775807n };
const other = { recordKey: unique("other"), body: "another one" };

beforeAll(async () => {
  await popStorage().batchWrite("de", [record, other]);
});

/** Responses that are unusual but valid. */
const unusualValues: Readonly<Record<string, Turn>> = {
  "in chunks": [genuine({ framing: { by: "chunks" } })],
  "that ends with the connection": [genuine({ framing: { by: "close" } })],
  "of HTTP/1.0 without a length": [genuine({ version: "HTTP/1.0", framing: { by: "close" } })],
  "that is compressed": [genuine({ gzip: true })],
  "that is compressed and in chunks": [genuine({ gzip: true, framing: { by: "chunks" } })],
  "that drips within the timeout": [genuine({ drip: 20 })],
  "after a while": [wait(300), genuine()],
  "after early hints": [send("HTTP/1.1 103 Early Hints\r\nlink: </x>; rel=preload\r\n\r\n"), genuine()],
  "with headers of eight kilobytes": [genuine({ headers: { "x-padding": "x".repeat(8192) } })],
  "with a header twice": [genuine({ headers: { "x-twice": "one\r\nx-twice: two" } })],
  "as plain text": [genuine({ headers: { "content-type": "text/plain" } })],
  "after a byte order mark": [genuine({ edit: { from: '{"record_key"', to: '\ufeff{"record_key"' } })],
  "with white space around": [genuine({ edit: { from: '{"record_key"', to: ' \n{"record_key"' } })],
  "with an unknown field": [genuine({ edit: { from: '{"record_key"', to: '{"new_field":[1],"record_key"' } })],
  "with more bytes than announced": [genuine({ framing: { by: "chunks" } }), send("HTTP/1.1 200 OK\r\n\r\n"), end],
};

describe.each(Object.entries(unusualValues))("a response %s", (_, unusual) => {
  it("is parsed like any other", async () => {
    const server = await scripted(unusual);
    await expect(faultStorage(server).read("de", recordKey)).resolves.toMatchObject({ record });
  });
});

describe("a response after an unsolicited 100 Continue", () => {
  it("is parsed like any other, or rejected", async () => {
    const server = await scripted([send("HTTP/1.1 100 Continue\r\n\r\n"), genuine()]);
    const reading = faultStorage(server).read("de", recordKey);
    // Node.js treats it as a fault of the server and closes the connection.
    if (isNode) expect(await rejection(reading)).toMatchObject({ name: "StorageNetworkError" });
    else await expect(reading).resolves.toMatchObject({ record });
  });
});

describe("a duplicated response", () => {
  it("is never matched to another request", async () => {
    // Closes the connections with the surplus bytes, so that they cannot affect other tests.
    const close = [wait(200), end];
    const server = await scripted([genuine({ responses: 2 }), ...close], [genuine({ responses: 3 }), ...close]);
    const storage = faultStorage(server);
    for (const expected of [record, other, record, other, record, other]) {
      const outcome: unknown = await storage.read("de", expected.recordKey).catch((error: unknown) => error);
      // Bun and Chromium treat the surplus bytes as the response to their next request, which then fails.
      if (isStorageError(outcome)) expect(["StorageIntegrityError", "StorageServerError"]).toContain(outcome.name);
      else expect(outcome).toMatchObject({ record: expected });
    }
    await new Promise((resolve) => setTimeout(resolve, 400));
  });
});

describe("a response longer than its content-length", () => {
  it("is truncated there and fails once", async () => {
    const server = await scripted([genuine({ framing: { by: "length", wrongBy: -20 } }), end]);
    const error = await rejection(faultStorage(server).read("de", recordKey, { maxRetries: 1 }));
    expect(error).toMatchObject({ name: "StorageNetworkError", code: "network_error", method: "GET" });
  });
});

describe("a gzip bomb", () => {
  it("of 300 MB in 300 KB is aborted before it fills the memory, with a StorageServerError", async () => {
    const packed = { headers: { "content-encoding": "gzip" } };
    const server = await scripted([head(packed), { act: "bomb", bytes: 300 * 1024 * 1024 }, end]);
    const error = await rejection(faultStorage(server, { httpOptions: { timeout: 60_000 } }).find("de"));
    if (!(error instanceof StorageServerError)) return expect.unreachable(String(error));
    expect(error).toMatchObject({ name: "StorageServerError", status: 200 });
    expect(error.message).toContain("the response is longer than the limit of 268435456 bytes");
    expect(await server.seen()).toHaveLength(1);
  });
});
