import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** When a connection is cut: before the server receives a commit, or before the client gets the result. */
export type Cut = "before the commit" | "before its response";

export interface PostgresProxy {
  /** The URL of the same database, through the proxy. */
  readonly url: string;
  /** Cuts the next connection that commits. */
  cutNext(where: Cut): void;
  close(): Promise<void>;
}

/** A proxy between a PoP and its PostgreSQL. */
export async function startPostgresProxy(database: string): Promise<PostgresProxy> {
  const target = new URL(database);
  const sockets = new Set<Socket>();
  let cut: Cut | undefined;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const end = (): void => {
      for (const socket of [client, upstream]) {
        socket.destroy();
        sockets.delete(socket);
      }
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", end);
      socket.on("close", end);
    }
    let answered = (bytes: Buffer): void => void client.write(bytes);
    upstream.on("data", (bytes: Buffer) => answered(bytes));
    client.on("data", (bytes: Buffer) => {
      const where = bytes.includes("commit\0") ? cut : undefined;
      if (where !== undefined) cut = undefined;
      if (where === "before the commit") return end();
      if (where === "before its response") answered = end;
      upstream.write(bytes);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A TCP server has an address with a port.");
  const url = new URL(database);
  url.port = String(address.port);
  return {
    url: url.href,
    cutNext: (where) => {
      cut = where;
    },
    close: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
