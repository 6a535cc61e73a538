import { parse } from "valibot";
import type { TestProject } from "vitest/node";
import { accessFrom, type PopAccess } from "./environments.ts";
import { type Servers, serversSchema, startServers } from "./servers.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The PoP, in an environment that the tests of one runtime share: a test keeps to keys or countries of its own. */
    pop: PopAccess;
    /** The same PoP, in an environment for the documentation's snippets. */
    snippetsPop: PopAccess;
    faults: Servers["faults"];
  }
}

/** The variable by which tests/run.ts lets all its runs share the servers that it started. */
export const serversVariable = "INCOUNTRY_TEST_SERVERS";

/** Gives the tests their servers: those of the whole run, or those that it starts now and stops after the last test. */
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
