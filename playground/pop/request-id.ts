/** The header of a request's id: on every answer, the request's own where it has one that can be sent back, else a new one. */
export const requestIdHeader = "x-request-id";

export function requestIdOf(given: string | undefined): string {
  return given !== undefined && /^[\x21-\x7e]{1,255}$/.test(given) ? given : crypto.randomUUID();
}
