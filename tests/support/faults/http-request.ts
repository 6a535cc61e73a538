/** A request received over a socket. */
export interface RawRequest {
  readonly method: string;
  /** With its query. */
  readonly target: string;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Parses the first complete request and returns it with the remaining bytes; undefined if it is incomplete. */
export function takeRequest(received: Buffer): { request: RawRequest; rest: Buffer } | undefined {
  const taken = takeMessage(received);
  if (taken === undefined) return undefined;
  const { startLine, rest, ...message } = taken;
  const [method = "", target = ""] = startLine.split(" ");
  return { request: { method, target, ...message }, rest };
}

/** A request or a response: its first line, its headers and body, and the remaining bytes. */
export interface RawMessage {
  readonly startLine: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly rest: Buffer;
}

/** Parses the first complete message; undefined if it is incomplete. */
export function takeMessage(received: Buffer): RawMessage | undefined {
  const headEnd = received.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const [startLine = "", ...headerLines] = received.subarray(0, headEnd).toString("latin1").split("\r\n");
  const headers = Object.fromEntries(headerLines.map(headerOf));
  const behindHead = received.subarray(headEnd + 4);
  const taken = headers["transfer-encoding"] === "chunked" ? takeChunks(behindHead) : takeLength(behindHead, headers);
  return taken && { startLine, headers, ...taken };
}

function headerOf(line: string): [name: string, value: string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

interface Taken {
  readonly body: Buffer;
  readonly rest: Buffer;
}

function takeLength(bytes: Buffer, headers: Readonly<Record<string, string>>): Taken | undefined {
  const length = Number(headers["content-length"] ?? 0);
  return bytes.length < length ? undefined : { body: bytes.subarray(0, length), rest: bytes.subarray(length) };
}

function takeChunks(bytes: Buffer): Taken | undefined {
  const parts: Buffer[] = [];
  let rest = bytes;
  for (;;) {
    const lineEnd = rest.indexOf("\r\n");
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(rest.subarray(0, lineEnd).toString("latin1"), 16);
    const next = lineEnd + 2 + size + 2;
    if (rest.length < next) return undefined;
    parts.push(rest.subarray(lineEnd + 2, lineEnd + 2 + size));
    rest = rest.subarray(next);
    if (size === 0) return { body: Buffer.concat(parts), rest };
  }
}
