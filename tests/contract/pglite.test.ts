import { createPop, type Pop } from "incountry-playground";
import { afterAll, beforeAll } from "vitest";
import { type Caller, inProcess } from "./support/caller.ts";
import { popSuite } from "./support/pop-suite.ts";
import { firstEnvironment, secondEnvironment } from "./support/suite.ts";

let pop: Pop;
let caller: Caller;

beforeAll(async () => {
  // Expired records must be hidden before they are swept.
  const settings = { environments: [firstEnvironment, secondEnvironment], sweepInterval: 3_600_000 };
  pop = await createPop({ memory: true, ...settings });
  caller = inProcess(pop);
});

afterAll(() => pop.close());

// The transport does not depend on the database: tests/contract/postgres.test.ts runs the same suite over a socket.
popSuite("PGlite, in process", () => caller);
