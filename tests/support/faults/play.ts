import type { Socket } from "node:net";
import { promisify } from "node:util";
import { createGzip, gzip } from "node:zlib";
import { echo } from "./echo.ts";
import type { RawRequest } from "./http-request.ts";
import { type Act, corsHeaders, type GenuineAct, type Turn } from "./script.ts";

const compress = promisify(gzip);

/** A request in progress. */
export interface Play {
  readonly socket: Socket;
  readonly request: RawRequest;
  /** The URL of the request at the PoP. */
  readonly genuineUrl: string;
  /** Aborted when the client disconnects. */
  readonly left: AbortSignal;
}

/** Plays a turn to its end, or until the client disconnects. */
export async function playTurn(turn: Turn, play: Play): Promise<void> {
  for (const act of turn) {
    if (play.left.aborted) return;
    await playAct(act, play);
  }
}

async function playAct(act: Act, play: Play): Promise<void> {
  const { socket, left } = play;
  switch (act.act) {
    case "send":
      return write(play, Buffer.from(act.text));
    case "bytes":
      return write(play, Buffer.from(act.base64, "base64"));
    case "wait":
      return pause(act.milliseconds, left);
    case "hang":
      return untilAborted(left);
    case "reset":
      socket.resetAndDestroy();
      return;
    case "end":
      socket.end();
      return;
    case "bomb":
      return write(play, await bomb(act.bytes));
    case "echo":
      return write(play, echo(act.status, play.request));
    case "genuine":
      return sendGenuine(act, play);
  }
}

async function sendGenuine(act: GenuineAct, play: Play): Promise<void> {
  const { framing = { by: "length", wrongBy: 0 }, share = 1, drip = 0, responses: answers = 1 } = act;
  const { status, headers, body } = await forwardToPop(play);
  const text = act.edit === undefined ? body.toString() : body.toString().replaceAll(act.edit.from, act.edit.to);
  const copies = Buffer.from(text.repeat(act.copies ?? 1));
  const encoded = act.gzip === true ? await compress(copies) : copies;
  const lines: Record<string, string> = {
    ...headers,
    ...corsHeaders,
    ...(act.gzip === true ? { "content-encoding": "gzip" } : {}),
    ...act.headers,
  };
  if (framing.by === "length") lines["content-length"] = String(encoded.length + framing.wrongBy);
  if (framing.by === "chunks") lines["transfer-encoding"] = "chunked";
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
  const sent = encoded.subarray(0, Math.floor(encoded.length * share));
  for (let turn = 0; turn < answers; turn += 1) {
    await write(play, Buffer.from(`${act.version ?? "HTTP/1.1"} ${status} \r\n${head.join("")}\r\n`));
    for (const piece of drip > 0 ? pieces(sent, 10) : [sent]) {
      if (drip > 0) await pause(drip, play.left);
      // An empty chunk would end the body.
      await write(play, framing.by === "chunks" && piece.length > 0 ? chunk(piece) : piece);
    }
    if (framing.by === "chunks" && share === 1) await write(play, Buffer.from("0\r\n\r\n"));
  }
  if (framing.by === "close") play.socket.end();
}

/** Headers of the connection between this server and the PoP, not of the response. */
const notPassedOn = new Set(["connection", "keep-alive", "content-length", "transfer-encoding", "date"]);

async function forwardToPop({
  request,
  genuineUrl,
  left,
}: Play): Promise<{ status: number; headers: Record<string, string>; body: Buffer }> {
  const { method, headers, body } = request;
  const {
    host: _host,
    connection: _connection,
    "content-length": _length,
    "transfer-encoding": _coding,
    ...passed
  } = headers;
  const response = await fetch(genuineUrl, {
    method,
    headers: passed,
    signal: left,
    ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
  });
  const answered = [...response.headers].filter(([name]) => !notPassedOn.has(name));
  return {
    status: response.status,
    headers: Object.fromEntries(answered),
    body: Buffer.from(await response.arrayBuffer()),
  };
}

function pieces(bytes: Buffer, count: number): Buffer[] {
  const size = Math.ceil(bytes.length / count);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size)).filter(
    (piece) => piece.length > 0,
  );
}

function chunk(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
}

const bombs = new Map<number, Promise<Buffer>>();

/** Made once for each size, for all runtimes. */
function bomb(size: number): Promise<Buffer> {
  const known = bombs.get(size);
  if (known !== undefined) return known;
  const made = compressZeros(size);
  bombs.set(size, made);
  return made;
}

async function compressZeros(size: number): Promise<Buffer> {
  const stream = createGzip();
  const zeros = Buffer.alloc(1024 * 1024);
  const parts: Buffer[] = [];
  stream.on("data", (part: Buffer) => parts.push(part));
  const finished = new Promise((resolve) => stream.once("end", resolve));
  for (let written = 0; written < size; written += zeros.length) {
    if (!stream.write(zeros)) await new Promise((resolve) => stream.once("drain", resolve));
  }
  stream.end();
  await finished;
  return Buffer.concat(parts);
}

/** Waits until the platform has accepted the bytes, so that a later reset does not overtake them. */
function write({ socket, left }: Play, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    if (left.aborted || bytes.length === 0) return resolve();
    left.addEventListener("abort", () => resolve(), { once: true });
    socket.write(bytes, () => resolve());
  });
}

function pause(milliseconds: number, left: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (left.aborted) return resolve();
    const timer = setTimeout(resolve, milliseconds);
    left.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

function untilAborted(left: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (left.aborted) return resolve();
    left.addEventListener("abort", () => resolve(), { once: true });
  });
}
