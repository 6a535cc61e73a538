import { parse } from "valibot";
import type { TestProject } from "vitest/node";
import { accessFrom, type PopAccess } from "./environments.ts";
import { type Servers, serversSchema, startServers } from "./servers.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The PoP, in an environment that the tests of one runtime share; each test uses keys or countries of its own. */
    pop: PopAccess;
    /** The same PoP, in an environment for the documentation's snippets. */
    snippetsPop: PopAccess;
    faults: Servers["faults"];
  }
}

/** The variable with which tests/run.ts shares its servers with all its runs. */
export const serversVariable = "INCOUNTRY_TEST_SERVERS";

/** Provides the servers: those of the whole run, or new ones that stop after the last test. */
export default async function provideServers({ vitest }: TestProject): Promise<() => Promise<void>> {
  const running = process.env[serversVariable];
  const { servers, close } =
    running === undefined
      ? await startServers()
      : { servers: parse(serversSchema, JSON.parse(running)), close: async () => undefined };
  vitest.provide("faults", servers.faults);
  for (const project of vitest.projects) {
    const { pop, snippetsPop } = accessFrom(project.name, servers.pop.url);
    project.provide("pop", pop);
    project.provide("snippetsPop", snippetsPop);
  }
  return close;
}
