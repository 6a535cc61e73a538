import { array, boolean, type InferOutput, literal, number, object, optional, record, string, variant } from "valibot";

/** One thing that the fault server does with a connection on which a request has come in. */
const actSchema = variant("act", [
  /** Sends the text as it stands, as UTF-8. */
  object({ act: literal("send"), text: string() }),
  /** Sends bytes. */
  object({ act: literal("bytes"), base64: string() }),
  object({ act: literal("wait"), milliseconds: number() }),
  /** Keeps the connection open and silent until the client leaves. */
  object({ act: literal("hang") }),
  /** Resets the connection (RST). */
  object({ act: literal("reset") }),
  /** Closes the connection in good order (FIN). */
  object({ act: literal("end") }),
  /** Sends this many bytes, each 0, compressed: a bomb. */
  object({ act: literal("bomb"), bytes: number() }),
  /** Answers with an error that repeats all that was sent, in every way that a server may happen to do it. */
  object({ act: literal("echo"), status: string() }),
  /** Gives the request to the PoP, and sends its answer in the way that is said here. */
  object({
    act: literal("genuine"),
    /** How the end of the body is told: by its length, by chunks, or by closing the connection. */
    framing: optional(
      variant("by", [
        object({ by: literal("length"), wrongBy: number() }),
        object({ by: literal("chunks") }),
        object({ by: literal("close") }),
      ]),
    ),
    /** How much of the body is sent: all of it is 1. */
    share: optional(number()),
    /** Milliseconds between ten pieces of the body. */
    drip: optional(number()),
    gzip: optional(boolean()),
    /** How often the body is there, one after the other, within one answer. */
    copies: optional(number()),
    /** How often the whole answer is there. */
    answers: optional(number()),
    headers: optional(record(string(), string())),
    /** Replaced in the body. */
    edit: optional(object({ from: string(), to: string() })),
    version: optional(string()),
  }),
]);

/** What happens to a request, act by act; after the last one the connection is open for another. */
const turnSchema = array(actSchema);

/** A turn for each request in the order in which they come; the last turn serves all further ones. */
export const scriptSchema = array(turnSchema);

export type Act = InferOutput<typeof actSchema>;
export type GenuineAct = Extract<Act, { act: "genuine" }>;
export type Turn = readonly Act[];
export type Script = readonly Turn[];

/** What the fault server saw of one request. */
export const seenSchema = object({
  method: string(),
  /** Without the name of the script. */
  path: string(),
  headers: record(string(), string()),
  body: string(),
  /** Whether the client left before its turn was over. */
  left: boolean(),
});

export type Seen = InferOutput<typeof seenSchema>;

/** Lets the pages of any origin read an answer. */
export const corsHeaders: Readonly<Record<string, string>> = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "x-request-id, retry-after",
};

export interface ScriptedAnswer {
  readonly status?: string;
  readonly version?: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** undefined: no content-length at all. */
  readonly announced?: number | undefined;
}

/** The head of an answer, as it goes over the wire. */
export function head({
  status = "200 OK",
  version = "HTTP/1.1",
  type = "application/json",
  headers = {},
  announced,
}: ScriptedAnswer = {}): Act {
  const lines = Object.entries({
    ...corsHeaders,
    "content-type": type,
    ...(announced === undefined ? {} : { "content-length": String(announced) }),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return { act: "send", text: `${version} ${status}\r\n${lines.join("")}\r\n` };
}

/** A whole answer that is well framed, whatever it says. */
export function answer(body: string, options: ScriptedAnswer = {}): Turn {
  return [head({ announced: new TextEncoder().encode(body).length, ...options }), send(body)];
}

/** The same with a body of JSON. */
export function jsonAnswer(body: unknown, options: ScriptedAnswer = {}): Turn {
  return answer(JSON.stringify(body), options);
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

/** The PoP's own answer, sent in the way that is said; without anything said: as it is. */
export function genuine(how: Omit<GenuineAct, "act"> = {}): Act {
  return { act: "genuine", ...how };
}
