import { startPop } from "incountry-playground";
import { type InferOutput, object, string } from "valibot";
import { startFaultServer } from "../faults/server.ts";
import { environments } from "./environments.ts";

/**
 * The addresses and credentials of a test run's servers: plain data, since it is passed to browsers and other
 * processes.
 */
export const serversSchema = object({
  /** The PoP that all tests of a run share, over HTTP. It is empty at the start. */
  pop: object({ url: string() }),
  /** A scripted, faulty server in front of that PoP (tests/support/faults/), and an address without a listener. */
  faults: object({ url: string(), control: string(), refusing: string() }),
});

export type Servers = InferOutput<typeof serversSchema>;

/** Starts the tests' servers, each on a free port of the loopback interface. */
export async function startServers(): Promise<{ servers: Servers; close: () => Promise<void> }> {
  const pop = await startPop({ port: 0, memory: true, environments });
  const faults = await startFaultServer(pop.url);
  return {
    servers: { pop: { url: pop.url }, faults: { url: faults.url, control: faults.control, refusing: faults.refusing } },
    close: async () => {
      await faults.close();
      await pop.close();
    },
  };
}
