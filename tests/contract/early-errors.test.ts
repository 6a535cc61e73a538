import { type PopServer, startPop } from "incountry-playground";
import { parseJson } from "incountry-storage/protocol";
import { array, literal, object, parse, string } from "valibot";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, type MockInstance, vi } from "vitest";
import { type Caller, overSocket } from "./support/caller.ts";
import { RawConnection } from "./support/raw-connection.ts";
import { requestHead } from "./support/raw-upload.ts";

let server: PopServer;
let caller: Caller;
let log: MockInstance;

beforeAll(async () => {
  server = await startPop({ memory: true, port: 0 });
  caller = overSocket(server);
});

afterAll(async () => {
  await server.close();
});

beforeEach(() => {
  log = vi.spyOn(console, "error").mockReturnValue();
});

afterEach(() => {
  expect(log).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

function head(startLine: string, ...headers: readonly string[]): string {
  return [startLine, ...headers, "\r\n"].join("\r\n");
}

/** Sends a request and checks that the response has the form of every error. */
async function errorOf(request: string | Uint8Array): Promise<{ status: number; id: string | undefined }> {
  const connection = await RawConnection.to(server.url);
  await connection.send(request);
  const { status, headers, body } = await connection.answer();
  const error = object({ status: literal(status), title: string(), detail: string() });
  expect(parse(object({ errors: array(error) }), parseJson(body.toString())).errors).toHaveLength(1);
  expect(headers["content-type"]).toBe("application/json");
  expect(headers["x-pop-features"]).toBe("if-match");
  return { status, id: headers["x-request-id"] };
}

const id = "x-request-id: of-the-caller";

it.each([
  ["no host", 400, head("GET /healthcheck HTTP/1.1", id)],
  ["an invalid host", 400, head("GET /healthcheck HTTP/1.1", "host: a b/c", id)],
  ["no path", 400, head("OPTIONS * HTTP/1.1", "host: pop", id)],
  ["another scheme", 400, head("GET ftp://pop/healthcheck HTTP/1.1", "host: pop", id)],
  ["an unknown expectation", 417, head("GET /healthcheck HTTP/1.1", "host: pop", "expect: a miracle", id)],
  ["a request for a proxy", 400, head("CONNECT pop:443 HTTP/1.1", "host: pop", id)],
])("a request with %s is rejected with %i in the PoP's form, and with its own id", async (_title, status, request) => {
  expect(await errorOf(request)).toEqual({ status, id: "of-the-caller" });
});

it.each([
  ["is invalid", 400, "what is this\r\n\r\n"],
  ["has an invalid header", 400, head("GET /healthcheck HTTP/1.1", "host: pop", "what is this")],
  ["has a head that is too large", 431, head("GET /healthcheck HTTP/1.1", "host: pop", `x: ${"y".repeat(100_000)}`)],
])("a request that %s is rejected with %i in the PoP's form, and with an id", async (_title, status, request) => {
  expect(await errorOf(request)).toEqual({ status, id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
});

it("a broken body is rejected with 400 in the PoP's form, and with the id of its request", async () => {
  const headers = ["content-type: application/json", "transfer-encoding: chunked", id];
  const request = requestHead(caller, "POST", "/v2/storage/records/de", headers);
  const broken = Buffer.concat([request, Buffer.from("no size\r\n")]);
  expect(await errorOf(broken)).toEqual({ status: 400, id: "of-the-caller" });
});

it("a request that follows a response gets its own response", async () => {
  const connection = await RawConnection.to(server.url);
  await connection.send(requestHead(caller, "GET", "/healthcheck"));
  expect((await connection.answer()).status).toBe(200);
  await connection.send("what is this\r\n\r\n");
  expect((await connection.answer()).status).toBe(400);
});
