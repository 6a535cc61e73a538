import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { codeOf } from "../store/database-errors.ts";
import { UsageError } from "../usage-error.ts";
import { answerOf, refuseEarly } from "./early-refusals.ts";

export interface Listening {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  /** Takes no more connections, and waits for the requests in flight. */
  close(): Promise<void>;
}

const stillness = 120_000;

/** Serves a fetch function over HTTP. */
export async function listen(
  fetch: (request: Request) => Promise<Response>,
  { host, port }: { host: string; port: number },
): Promise<Listening> {
  // A request without a host is refused here, in the PoP's own form.
  const server = createServer({ requireHostHeader: false }, (incoming, outgoing) => {
    outgoing.once("finish", () => linger(incoming));
    const listener = getRequestListener(fetch, {
      overrideGlobalObjects: false,
      autoCleanupIncoming: false,
      // To a sender who is gone nothing is said.
      errorHandler: (error) => (incoming.socket.destroyed ? undefined : answerOf(error, incoming)),
    });
    void listener(incoming, outgoing);
  });
  refuseEarly(server);
  // An upload may take its time as long as it moves; a connection on which nothing does is given up.
  server.requestTimeout = 0;
  server.setTimeout(stillness);
  await bind(server, host, port);
  const address = addressOf(server);
  const name = host.includes(":") ? `[${host}]` : host;
  return { host, port: address.port, url: `http://${name}:${address.port}`, close: () => close(server) };
}

/** How much of a request that was answered early is read on, and for how long. */
const lingering = { bytes: 128 * 1024 * 1024, milliseconds: 10_000 };

/**
 * Reads on, and drops, what was refused before it had all come: a browser that is still sending when its connection is closed
 * sees a failure of the network, and never the answer.
 */
function linger(incoming: IncomingMessage): void {
  if (incoming.readableEnded || incoming.destroyed) return;
  let bytes = 0;
  const close = () => incoming.socket.destroySoon();
  const end = setTimeout(close, lingering.milliseconds);
  incoming.once("close", () => clearTimeout(end));
  // The readers that were there would hold it up, or keep it.
  incoming.removeAllListeners("data");
  incoming.on("data", (piece: Uint8Array) => {
    bytes += piece.length;
    if (bytes > lingering.bytes) close();
  });
  incoming.resume();
}

async function bind(server: Server, host: string, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, () => resolve());
    });
  } catch (cause) {
    throw new UsageError(reasonOf(codeOf(cause), host, port), { cause });
  }
}

function reasonOf(code: string | undefined, host: string, port: number): string {
  if (code === "EADDRINUSE") {
    return `Port ${port} is in use. Stop what listens there, or choose another port (--port 0 takes a free one).`;
  }
  if (code === "EACCES") return `This user may not listen on port ${port}. Choose one above 1023.`;
  return `The PoP cannot listen on ${host}, port ${port} (${code ?? "unknown reason"}). Choose an address of this machine.`;
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("The server has no port.");
  return address;
}

/** How long a request in flight may take once the PoP stops: an upload whose sender is gone would take for ever. */
const patience = 30_000;

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  // A connection whose request was in flight turns idle later, and would be kept open for the next request.
  const idle = setInterval(() => server.closeIdleConnections(), 20);
  const end = setTimeout(() => server.closeAllConnections(), patience);
  await closed;
  clearInterval(idle);
  clearTimeout(end);
}
