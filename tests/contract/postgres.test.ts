import { type PopServer, startPop } from "incountry-playground";
import { afterAll, beforeAll } from "vitest";
import { type Caller, overSocket } from "./support/caller.ts";
import { popSuite } from "./support/pop-suite.ts";
import { type PostgresServer, startPostgres } from "./support/postgres.ts";
import { firstEnvironment, secondEnvironment } from "./support/suite.ts";

let postgres: PostgresServer;
let server: PopServer;
let caller: Caller;

beforeAll(async () => {
  postgres = await startPostgres();
  const settings = { environments: [firstEnvironment, secondEnvironment], sweepInterval: 3_600_000 };
  server = await startPop({ database: await postgres.database("pop"), port: 0, ...settings });
  caller = overSocket(server);
});

afterAll(async () => {
  await server.close();
  await postgres.stop();
});

// The transport does not depend on the database: tests/contract/pglite.test.ts tries both.
popSuite("PostgreSQL", () => caller);
