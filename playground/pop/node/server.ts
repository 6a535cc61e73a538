import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { codeOf } from "../store/database-errors.ts";
import { UsageError } from "../usage-error.ts";
import { handleServerErrors, responseTo } from "./server-errors.ts";

export interface Listening {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  /** Stops accepting connections, and waits for requests in flight. */
  close(): Promise<void>;
}

/** Time without traffic after which a connection is closed, in milliseconds. */
const idleTimeout = 120_000;

export async function listen(
  fetch: (request: Request) => Promise<Response>,
  { host, port }: { host: string; port: number },
): Promise<Listening> {
  // The error for a missing host header has the form of all other errors.
  const server = createServer({ requireHostHeader: false }, (incoming, outgoing) => {
    outgoing.once("finish", () => drain(incoming));
    const listener = getRequestListener(fetch, {
      overrideGlobalObjects: false,
      autoCleanupIncoming: false,
      errorHandler: (error) => (incoming.socket.destroyed ? undefined : responseTo(error, incoming)),
    });
    void listener(incoming, outgoing);
  });
  handleServerErrors(server);
  // An upload may take any time as long as it makes progress.
  server.requestTimeout = 0;
  server.setTimeout(idleTimeout);
  const boundPort = await bind(server, host, port);
  const name = host.includes(":") ? `[${host}]` : host;
  return { host, port: boundPort, url: `http://${name}:${boundPort}`, close: () => close(server) };
}

/** How much of a request is read after its response, and for how long. */
const drainLimits = { bytes: 128 * 1024 * 1024, milliseconds: 10_000 };

/**
 * Discards the rest of a request that already has its response. A browser that is still sending when the connection closes
 * reports a network error instead of the response.
 */
function drain(incoming: IncomingMessage): void {
  if (incoming.readableEnded || incoming.destroyed) return;
  let bytes = 0;
  const close = () => incoming.socket.destroySoon();
  const end = setTimeout(close, drainLimits.milliseconds);
  incoming.once("close", () => clearTimeout(end));
  // Earlier readers would apply backpressure, or buffer the rest.
  incoming.removeAllListeners("data");
  incoming.on("data", (piece: Uint8Array) => {
    bytes += piece.length;
    if (bytes > drainLimits.bytes) close();
  });
  incoming.resume();
}

/** Returns the port, which the system chooses for port 0. */
async function bind(server: Server, host: string, port: number): Promise<number> {
  try {
    await once(server.listen(port, host), "listening");
  } catch (cause) {
    throw new UsageError(reasonOf(codeOf(cause), host, port), { cause });
  }
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}

function reasonOf(code: string | undefined, host: string, port: number): string {
  if (code === "EADDRINUSE") {
    return `Port ${port} is in use. Stop the process that uses it, or choose another port (--port 0 selects a free one).`;
  }
  if (code === "EACCES") return `This user may not listen on port ${port}. Choose one above 1023.`;
  return `The PoP cannot listen on ${host}, port ${port} (${code ?? "unknown reason"}). Choose an address of this machine.`;
}

/** Time for requests in flight to finish once the PoP stops, in milliseconds. */
const closeTimeout = 30_000;

async function close(server: Server): Promise<void> {
  const closed = once(server.close(), "close");
  // A connection with a request in flight becomes idle later, and would stay open.
  const idle = setInterval(() => server.closeIdleConnections(), 20);
  const end = setTimeout(() => server.closeAllConnections(), closeTimeout);
  await closed;
  clearInterval(idle);
  clearTimeout(end);
}
