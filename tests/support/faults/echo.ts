import type { RawRequest } from "./http-request.ts";
import { corsHeaders } from "./script.ts";

/** An error response that echoes the request: whole and in parts, decoded, and in the form of a token endpoint. */
export function echo(status: string, request: RawRequest): Buffer {
  const { headers, target } = request;
  const token = (headers["authorization"] ?? "").replace(/^\w+ /, "");
  const sent = [token, decoded(token), ...Object.values(headers), target, ...textsOf(request.body.toString())];
  const whole = sent.join(" ");
  const body = JSON.stringify({
    errors: [
      { status: token, title: whole, detail: whole, source: { [token]: sent, deep: [{ deeper: whole }] } },
      ...sent.flatMap((text) => [
        { detail: text, source: text },
        { detail: `The value ${text} is wrong.`, title: text.toUpperCase() },
        { detail: text.slice(3, 60), title: text.slice(-40), source: text.slice(0, 200).split(" ") },
      ]),
    ],
    error: whole,
    error_description: whole,
  });
  const lines = {
    ...corsHeaders,
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    "x-request-id": /^[\x21-\x7e]+$/.test(sent.at(-1) ?? "") ? (sent.at(-1) ?? "") : token,
  };
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`HTTP/1.1 ${status}\r\n${head.join("")}\r\n${body}`);
}

function decoded(text: string): string {
  return Buffer.from(text, "base64").toString();
}

/** The texts in a JSON or form body, including decoded base64. */
function textsOf(body: string): string[] {
  if (!body.startsWith("{")) return [body, ...new URLSearchParams(body).values()];
  const texts = [body];
  JSON.parse(body, (_, value: unknown) => {
    if (typeof value === "string") texts.push(value, decoded(value.replace(/^pt:/, "")));
    if (typeof value === "number") texts.push(String(value));
    return value;
  });
  return texts;
}
