import { startPop } from "incountry-playground";
import { type InferOutput, object, string } from "valibot";
import { startFaultServer } from "../faults/server.ts";
import { environments } from "./environments.ts";

/** What the servers of a test run tell its tests: plain data, for it reaches browsers and other processes. */
export const serversSchema = object({
  /** The PoP that all tests of a run share, over HTTP. It starts empty. */
  pop: object({ url: string() }),
  /** A server before that PoP which misbehaves as a test tells it (tests/support/faults/), and an address where none is. */
  faults: object({ url: string(), control: string(), refusing: string() }),
});

export type Servers = InferOutput<typeof serversSchema>;

/** Starts the servers that tests talk to, each on a free port of the loopback interface. */
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
