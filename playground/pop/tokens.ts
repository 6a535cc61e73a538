import { errors, jwtVerify, SignJWT } from "jose";
import type { Environment } from "./environments.ts";

const algorithm = "HS256";

/** Access tokens: signed, so that any process which has the key can check them, and ending by themselves. */
export class Tokens {
  readonly #key: Uint8Array;
  readonly lifetime: number;

  /** `lifetime` in seconds. */
  constructor(key: Uint8Array, lifetime: number) {
    this.#key = key;
    this.lifetime = lifetime;
  }

  /** A token that lets a client into an environment. */
  async issue(environment: Environment, audience: string): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ scope: environment.id })
      .setProtectedHeader({ alg: algorithm, typ: "at+jwt" })
      .setSubject(environment.clientId)
      .setAudience(audience)
      .setJti(crypto.randomUUID())
      .setIssuedAt(now)
      .setExpirationTime(now + this.lifetime)
      .sign(this.#key);
  }

  /** The id of the environment that a token was issued for; none where it is not ours or has expired. */
  async environmentOf(token: string): Promise<string | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.#key, { algorithms: [algorithm] });
      return typeof payload["scope"] === "string" ? payload["scope"] : undefined;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }
}
