import { type PopServer, startPop } from "incountry-playground";
import { afterAll, beforeAll } from "vitest";
import { type Caller, inProcess, overSocket } from "./support/caller.ts";
import { popSuite } from "./support/pop-suite.ts";
import { firstEnvironment, secondEnvironment } from "./support/suite.ts";

let server: PopServer;
let callers: { inProcess: Caller; overSocket: Caller };

beforeAll(async () => {
  // Expired records must be hidden before they are swept.
  const settings = { environments: [firstEnvironment, secondEnvironment], sweepInterval: 3_600_000 };
  server = await startPop({ memory: true, port: 0, ...settings });
  callers = { inProcess: inProcess(server), overSocket: overSocket(server) };
});

afterAll(async () => {
  await server.close();
});

popSuite("PGlite, in process", () => callers.inProcess);
popSuite("PGlite, over a socket", () => callers.overSocket);
