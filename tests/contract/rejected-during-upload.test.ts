import { type PopServer, startPop } from "incountry-playground";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Caller, overSocket } from "./support/caller.ts";
import { attachmentsPath, patternBytes, uploadFile } from "./support/files.ts";
import { RawConnection } from "./support/raw-connection.ts";
import { envelopeOf, requestHead } from "./support/raw-upload.ts";
import { secondEnvironment } from "./support/suite.ts";

const country = "de";
const piece = patternBytes(1024 * 1024);
const pieces = 30;
const size = pieces * piece.length;

let server: PopServer;
let caller: Caller;

beforeAll(async () => {
  server = await startPop({ memory: true, port: 0 });
  caller = overSocket(server);
  await caller.write(country, { record_key: "k" });
  await uploadFile(caller, country, "k", patternBytes(7), { name: "taken" });
});

afterAll(async () => {
  await server.close();
});

/** Sends what follows a request's head, and then another request on the same connection. */
async function goOn(connection: RawConnection, tail: Uint8Array): Promise<void> {
  for (let sent = 0; sent < pieces; sent++) await connection.send(piece);
  await connection.send(tail);
  await connection.send(requestHead(caller, "GET", "/healthcheck"));
}

it.each([
  ["a name that is taken", 409, () => envelopeOf(caller, { country, size, name: "taken" })],
  ["a missing record", 404, () => envelopeOf(caller, { country, size, key: "no such key" })],
  ["an invalid name", 400, () => envelopeOf(caller, { country, size, name: "" })],
  ["a wrong key", 401, () => envelopeOf(caller.as(secondEnvironment), { country, size })],
])(
  "%s is rejected with %i while 30 MiB are being sent, and the connection remains usable",
  async (_title, status, envelope) => {
    const connection = await RawConnection.to(server.url);
    const { head, tail } = envelope();
    await connection.send(head);
    const going = goOn(connection, tail);
    expect((await connection.answer()).status).toBe(status);
    await going;
    expect((await connection.answer()).status).toBe(200);
  },
);

it("a body that is not a form is rejected with 415 while 30 MiB are being sent, and the connection remains usable", async () => {
  const connection = await RawConnection.to(server.url);
  const headers = ["content-type: image/png", `content-length: ${size}`];
  await connection.send(requestHead(caller, "POST", attachmentsPath(country, "k"), headers));
  const going = goOn(connection, new Uint8Array(0));
  expect((await connection.answer()).status).toBe(415);
  await going;
  expect((await connection.answer()).status).toBe(200);
});

it("a client that disconnects during a rejected request affects no other", async () => {
  const connection = await RawConnection.to(server.url);
  const { head } = envelopeOf(caller, { country, size, name: "taken" });
  await connection.send(Buffer.concat([head, piece]));
  expect((await connection.answer()).status).toBe(409);
  connection.leave();
  expect((await caller.read(country, "k")).status).toBe(200);
});
