import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { RequestError } from "@hono/node-server";
import { stringifyJson } from "incountry-storage/protocol";
import { type ErrorStatus, HttpError } from "../errors.ts";
import { commonHeaders, requestIdHeader } from "../response-headers.ts";
import { errorResponse } from "../responses.ts";
import { codeOf } from "../store/database-errors.ts";

/** Time for a client to read an error response before its connection is closed, in milliseconds. */
const closeTimeout = 10_000;

/** The response to a request that the application never got, or for which it threw. */
export function responseTo(error: unknown, incoming: IncomingMessage): Response {
  const response = errorResponse(error instanceof RequestError ? badRequest(error) : error);
  for (const [name, value] of Object.entries(commonHeaders(idOf(incoming)))) response.headers.set(name, value);
  return response;
}

function badRequest({ message }: RequestError): HttpError {
  return new HttpError(400, { detail: `The host header and the path must form a valid URL: ${message}.` });
}

/** Gives the errors that Node's server handles by itself the form of all other errors. */
export function handleServerErrors(server: Server): void {
  const responses = new WeakMap<Duplex, ServerResponse>();
  const closing = new WeakSet<Duplex>();
  server.on("request", (incoming, outgoing) => responses.set(incoming.socket, outgoing));
  server.on("checkExpectation", (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const error = new HttpError(417, { detail: "The only supported expectation is 100-continue.", source: "expect" });
    outgoing.writeHead(error.status, headersOf(idOf(incoming))).end(stringifyJson(error.body));
  });
  server.on("connect", (incoming, socket) => {
    sendAndClose(socket, new HttpError(400, { detail: "This PoP is not a proxy." }), idOf(incoming));
  });
  server.on("clientError", (error, socket) => {
    // The bytes after a parse error cause more of them.
    if (closing.has(socket)) return;
    closing.add(socket);
    const outgoing = responses.get(socket);
    const responding = outgoing !== undefined && !outgoing.writableFinished;
    if (!socket.writable || (responding && outgoing.headersSent)) {
      // A response that has begun can only be cut off.
      socket.destroy();
    } else if (responding) {
      // Destroying the socket aborts the request for the application.
      socket.write(rawResponse(parseError(error), idOf(outgoing.req)));
      socket.destroy();
    } else {
      sendAndClose(socket, parseError(error), undefined);
    }
  });
}

const parseErrors = new Map<string | undefined, readonly [ErrorStatus, string]>([
  ["HPE_HEADER_OVERFLOW", [431, "The request's headers are too large."]],
  ["ERR_HTTP_REQUEST_TIMEOUT", [408, "The request's headers did not arrive in time."]],
]);

function parseError(error: Error): HttpError {
  const [status, detail] = parseErrors.get(codeOf(error)) ?? [400, "The request is not valid HTTP/1.1."];
  return new HttpError(status, { detail });
}

function idOf({ headers }: IncomingMessage): string | undefined {
  return headers[requestIdHeader]?.toString();
}

function headersOf(id: string | undefined): Record<string, string> {
  return { ...commonHeaders(id), "content-type": "application/json" };
}

/** Responds on a connection that Node's server has given up, and leaves the client time to read the response. */
function sendAndClose(socket: Duplex, error: HttpError, id: string | undefined): void {
  socket.on("error", () => socket.destroy());
  socket.end(rawResponse(error, id));
  const timer = setTimeout(() => socket.destroy(), closeTimeout);
  socket.once("close", () => clearTimeout(timer));
}

function rawResponse({ status, body }: HttpError, id: string | undefined): string {
  const json = stringifyJson(body);
  const headers = { ...headersOf(id), "content-length": Buffer.byteLength(json), connection: "close" };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`, ...lines, "", json].join("\r\n");
}
