export const requestIdHeader = "x-request-id";
export const featuresHeader = "x-pop-features";
/** What this PoP adds to the protocol (POP.md, section 6). */
const features = "if-match";

/** The headers of every response. An `id` that fits in a header is sent back; otherwise a new one is made. */
export function commonHeaders(id: string | undefined): Record<string, string> {
  const isSendable = id !== undefined && /^[\x21-\x7e]{1,255}$/.test(id);
  return { [requestIdHeader]: isSendable ? id : crypto.randomUUID(), [featuresHeader]: features };
}
