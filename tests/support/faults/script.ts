import { array, boolean, type InferOutput, literal, number, object, optional, record, string, variant } from "valibot";

/** One action of the fault server on a connection with a request. */
const actSchema = variant("act", [
  /** Sends the text unchanged, as UTF-8. */
  object({ act: literal("send"), text: string() }),
  /** Sends bytes. */
  object({ act: literal("bytes"), base64: string() }),
  object({ act: literal("wait"), milliseconds: number() }),
  /** Keeps the connection open and silent until the client disconnects. */
  object({ act: literal("hang") }),
  /** Resets the connection (RST). */
  object({ act: literal("reset") }),
  /** Closes the connection (FIN). */
  object({ act: literal("end") }),
  /** Sends this many zero bytes, compressed: a gzip bomb. */
  object({ act: literal("bomb"), bytes: number() }),
  /** Responds with an error that echoes the request in every way that a server might. */
  object({ act: literal("echo"), status: string() }),
  /** Forwards the request to the PoP, and sends its response as described here. */
  object({
    act: literal("genuine"),
    /** How the end of the body is marked: by its length, by chunks, or by closing the connection. */
    framing: optional(
      variant("by", [
        object({ by: literal("length"), wrongBy: number() }),
        object({ by: literal("chunks") }),
        object({ by: literal("close") }),
      ]),
    ),
    /** The share of the body that is sent; all of it is 1. */
    share: optional(number()),
    /** Milliseconds between ten pieces of the body. */
    drip: optional(number()),
    gzip: optional(boolean()),
    /** How often the body is repeated within one response. */
    copies: optional(number()),
    /** How often the whole response is repeated. */
    responses: optional(number()),
    headers: optional(record(string(), string())),
    /** Replacements in the body. */
    edit: optional(object({ from: string(), to: string() })),
    version: optional(string()),
  }),
]);

/** The actions for a request; after the last one the connection accepts another request. */
const turnSchema = array(actSchema);

/** A turn for each request in the order of arrival; the last turn serves all further ones. */
export const scriptSchema = array(turnSchema);

export type Act = InferOutput<typeof actSchema>;
export type GenuineAct = Extract<Act, { act: "genuine" }>;
export type Turn = readonly Act[];
export type Script = readonly Turn[];

/** The fault server's record of one request. */
export const seenSchema = object({
  method: string(),
  /** Without the script's name. */
  path: string(),
  headers: record(string(), string()),
  body: string(),
  /** True if the client disconnected before its turn was over. */
  left: boolean(),
});

export type Seen = InferOutput<typeof seenSchema>;

/** Lets the pages of any origin read a response. */
export const corsHeaders: Readonly<Record<string, string>> = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "x-request-id, retry-after",
};

export interface ScriptedResponse {
  readonly status?: string;
  readonly version?: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** undefined: no content-length at all. */
  readonly announced?: number | undefined;
}

/** The head of a response, as sent over the wire. */
export function head({
  status = "200 OK",
  version = "HTTP/1.1",
  type = "application/json",
  headers = {},
  announced,
}: ScriptedResponse = {}): Act {
  const lines = Object.entries({
    ...corsHeaders,
    "content-type": type,
    ...(announced === undefined ? {} : { "content-length": String(announced) }),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return { act: "send", text: `${version} ${status}\r\n${lines.join("")}\r\n` };
}

/** A complete, well-framed response. */
export function respond(body: string, options: ScriptedResponse = {}): Turn {
  return [head({ announced: new TextEncoder().encode(body).length, ...options }), send(body)];
}

/** The same with a JSON body. */
export function respondJson(body: unknown, options: ScriptedResponse = {}): Turn {
  return respond(JSON.stringify(body), options);
}

export function send(text: string): Act {
  return { act: "send", text };
}

export function wait(milliseconds: number): Act {
  return { act: "wait", milliseconds };
}

export const hang: Act = { act: "hang" };
export const reset: Act = { act: "reset" };
export const end: Act = { act: "end" };

/** The PoP's own response, sent as described; unchanged by default. */
export function genuine(how: Omit<GenuineAct, "act"> = {}): Act {
  return { act: "genuine", ...how };
}
