import { errors, jwtVerify, SignJWT } from "jose";
import type { Environment } from "./environments.ts";

const algorithm = "HS256";

/** Signed access tokens, which every process with the same key can verify. */
export class Tokens {
  readonly #key: Uint8Array;
  readonly lifetime: number;

  /** `lifetime` is in seconds. */
  constructor(key: Uint8Array, lifetime: number) {
    this.#key = key;
    this.lifetime = lifetime;
  }

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

  /** Returns the environment id of a token; undefined if the token is invalid or has expired. */
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
