import { setMaxListeners } from "node:events";
import { createServer, type Socket } from "node:net";
import { parse } from "valibot";
import { freePort } from "../runtimes/processes.ts";
import { type RawRequest, takeRequest } from "./http-request.ts";
import { playTurn } from "./play.ts";
import { corsHeaders, type Script, type Seen, scriptSchema } from "./script.ts";

/** A scripted, faulty server on a real socket, in front of a PoP. */
export interface FaultServer {
  readonly url: string;
  /**
   * The address to post scripts to and to get records from. Separate, since a script's leftovers on a connection would
   * affect others.
   */
  readonly control: string;
  /** An address without a listener. */
  readonly refusing: string;
  close(): Promise<void>;
}

interface Running {
  readonly script: Script;
  readonly seen: Seen[];
}

/**
 * Starts the fault server. A test posts a script to `control` and gets a name; requests below the path of that name are
 * answered by the script, so tests in any runtime do not interfere.
 */
export async function startFaultServer(popUrl: string): Promise<FaultServer> {
  const scripts = new Map<string, Running>();
  const faulty = await listen((exchange) => playScript(exchange, { scripts, popUrl }));
  const control = await listen((exchange) => handleControl(exchange, scripts));
  return {
    url: faulty.url,
    control: control.url,
    refusing: `http://127.0.0.1:${await freePort()}`,
    close: async () => {
      await faulty.close();
      await control.close();
    },
  };
}

type Handle = (exchange: Exchange) => Promise<void>;

function listen(handle: Handle): Promise<{ url: string; close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("close", () => sockets.delete(socket));
    serve(socket, handle);
  });
  const close = (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") throw new TypeError("A TCP server has a port.");
      resolve({ url: `http://127.0.0.1:${address.port}`, close });
    });
  });
}

/** Reads requests from a connection, and responds to them one after the other. */
function serve(socket: Socket, handle: Handle): void {
  const left = new AbortController();
  setMaxListeners(0, left.signal);
  let received = Buffer.alloc(0);
  let busy = false;
  const next = async (): Promise<void> => {
    const taken = busy ? undefined : takeRequest(received);
    if (taken === undefined) return;
    busy = true;
    received = Buffer.from(taken.rest);
    const { request } = taken;
    const handled =
      request.method === "OPTIONS" ? sendPreflight(socket, request) : handle({ socket, request, left: left.signal });
    await handled.catch(() => socket.destroy());
    busy = false;
    await next();
  };
  socket.on("data", (bytes) => {
    received = Buffer.concat([received, Buffer.from(bytes)]);
    void next();
  });
  // A disconnected client appears as an error or an end; this server expects both.
  socket.on("error", () => undefined);
  socket.on("end", () => left.abort());
  socket.on("close", () => left.abort());
}

interface Exchange {
  readonly socket: Socket;
  readonly request: RawRequest;
  readonly left: AbortSignal;
}

interface Context {
  readonly scripts: Map<string, Running>;
  readonly popUrl: string;
}

function handleControl({ socket, request }: Exchange, scripts: Map<string, Running>): Promise<void> {
  if (request.method === "GET") return sendJson(socket, scripts.get(request.target.slice(1))?.seen);
  const name = crypto.randomUUID();
  scripts.set(name, { script: parse(scriptSchema, JSON.parse(request.body.toString())), seen: [] });
  return sendJson(socket, name);
}

async function playScript({ socket, request, left }: Exchange, { scripts, popUrl }: Context): Promise<void> {
  const [, name = "", ...steps] = request.target.split("/");
  const running = scripts.get(name);
  if (running === undefined) throw new Error("There is no script with this name.");
  const path = `/${steps.join("/")}`;
  const turn = running.script[Math.min(running.seen.length, running.script.length - 1)] ?? [];
  const seen = {
    method: request.method,
    path,
    headers: { ...request.headers },
    body: request.body.toString(),
    left: false,
  };
  running.seen.push(seen);
  const ownDoing = turn.some(({ act }) => act === "reset" || act === "end");
  const leave = (): void => void (seen.left = !ownDoing);
  left.addEventListener("abort", leave, { once: true });
  await playTurn(turn, { socket, request, left, genuineUrl: `${popUrl}${path}` });
  left.removeEventListener("abort", leave);
}

function sendPreflight(socket: Socket, { headers }: RawRequest): Promise<void> {
  return sendHead(socket, "204 No Content", {
    ...corsHeaders,
    "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
    "access-control-allow-headers": headers["access-control-request-headers"] ?? "",
    "access-control-max-age": "600",
  });
}

function sendJson(socket: Socket, value: unknown): Promise<void> {
  const body = JSON.stringify(value ?? null);
  const headers = {
    ...corsHeaders,
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
  };
  return sendHead(socket, "200 OK", headers, body);
}

function sendHead(socket: Socket, status: string, headers: Readonly<Record<string, string>>, body = ""): Promise<void> {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return new Promise((resolve) => {
    socket.write(`HTTP/1.1 ${status}\r\n${lines.join("")}\r\n${body}`, () => resolve());
  });
}
