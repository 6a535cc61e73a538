import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { RequestError } from "@hono/node-server";
import { stringifyJson } from "incountry-storage/protocol";
import { refused } from "../answers.ts";
import { type ErrorStatus, Refusal } from "../errors.ts";
import { refusalOf } from "../refusal-of.ts";
import { commonHeaders, requestIdHeader } from "../response-headers.ts";
import { codeOf } from "../store/database-errors.ts";

/** How long the sender of what was refused has to read the answer, before its connection is closed. */
const patience = 10_000;

/** The answer to a request that never came to the application, or came to nothing there. */
export function answerOf(error: unknown, incoming: IncomingMessage): Response {
  const answer = refused(error instanceof RequestError ? noRequest(error) : refusalOf(error));
  for (const [name, value] of Object.entries(commonHeaders(idOf(incoming)))) answer.headers.set(name, value);
  return answer;
}

function noRequest({ message }: RequestError): Refusal {
  return new Refusal(400, { detail: `Send a header host and a path that make a URL. What is wrong: ${message}.` });
}

/** Answers what the server refuses by itself in the form of every other refusal. */
export function refuseEarly(server: Server): void {
  const answers = new WeakMap<Duplex, ServerResponse>();
  const refusing = new WeakSet<Duplex>();
  server.on("request", (incoming, outgoing) => answers.set(incoming.socket, outgoing));
  server.on("checkExpectation", (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const refusal = new Refusal(417, { detail: "Of expectations, 100-continue alone is met.", source: "expect" });
    outgoing.writeHead(refusal.status, headersOf(idOf(incoming))).end(stringifyJson(refusal.body));
  });
  server.on("connect", (incoming, socket) => {
    sendAndClose(socket, new Refusal(400, { detail: "This PoP is no proxy." }), idOf(incoming));
  });
  server.on("clientError", (error, socket) => {
    // What comes behind the fault is at fault again.
    if (refusing.has(socket)) return;
    refusing.add(socket);
    const outgoing = answers.get(socket);
    const answering = outgoing !== undefined && !outgoing.writableFinished;
    if (!socket.writable || (answering && outgoing.headersSent)) {
      // An answer that has begun can only be broken off.
      socket.destroy();
    } else if (answering) {
      // The application hears that the rest of the request does not come.
      socket.write(rawAnswer(faultOf(error), idOf(outgoing.req)));
      socket.destroy();
    } else {
      sendAndClose(socket, faultOf(error), undefined);
    }
  });
}

/** What the server says about a request that it cannot read, and what a client is told of it. */
const faults = new Map<string | undefined, readonly [ErrorStatus, string]>([
  ["HPE_HEADER_OVERFLOW", [431, "The head of the request is too large for this PoP."]],
  ["ERR_HTTP_REQUEST_TIMEOUT", [408, "The head of the request did not come in time."]],
]);

function faultOf(error: Error): Refusal {
  const [status, detail] = faults.get(codeOf(error)) ?? [400, "What was sent is not HTTP/1.1."];
  return new Refusal(status, { detail }, { cause: error });
}

function idOf({ headers }: IncomingMessage): string | undefined {
  return headers[requestIdHeader]?.toString();
}

function headersOf(id: string | undefined): Record<string, string> {
  return { ...commonHeaders(id), "content-type": "application/json" };
}

/** Sends an answer on a connection that the server has given up, and leaves its sender the time to read it. */
function sendAndClose(socket: Duplex, refusal: Refusal, id: string | undefined): void {
  socket.on("error", () => socket.destroy());
  socket.end(rawAnswer(refusal, id));
  const end = setTimeout(() => socket.destroy(), patience);
  socket.once("close", () => clearTimeout(end));
}

function rawAnswer(refusal: Refusal, id: string | undefined): string {
  const body = stringifyJson(refusal.body);
  const headers = { ...headersOf(id), "content-length": Buffer.byteLength(body), connection: "close" };
  const lines = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ""}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}
