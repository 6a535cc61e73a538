import type { Environment } from "./environments.ts";

type Digest = Uint8Array<ArrayBuffer>;

/** An environment with the digests of its API key and of `clientId:clientSecret`, in each form that clients send. */
interface Digests {
  readonly environment: Environment;
  readonly apiKey: Digest;
  readonly clients: readonly Digest[];
}

/**
 * Finds environments by their credentials in constant time: compares all bytes of keyed digests, and with those of every
 * environment.
 */
export class Credentials {
  readonly #key: Promise<CryptoKey>;
  readonly #all: Promise<readonly Digests[]>;

  constructor(environments: readonly Environment[]) {
    this.#key = crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    this.#all = Promise.all(environments.map((environment) => this.#digestsOf(environment)));
    // Avoids an unhandled rejection; the first request that needs the digests throws it.
    this.#all.catch(() => {});
  }

  async byApiKey(apiKey: string): Promise<Environment | undefined> {
    const given = await this.#digest(apiKey);
    return only(await this.#all, (digests) => areEqual(digests.apiKey, given));
  }

  /** `pair` is `clientId:clientSecret`. */
  async byClient(pair: string): Promise<Environment | undefined> {
    const given = await this.#digest(pair);
    return only(await this.#all, ({ clients }) => clients.filter((client) => areEqual(client, given)).length > 0);
  }

  async #digestsOf(environment: Environment): Promise<Digests> {
    const { apiKey, clientId, clientSecret } = environment;
    // RFC 6749, section 2.3.1 requires form encoding, which deployed clients do not apply.
    const pairs = [`${clientId}:${clientSecret}`, `${formEncode(clientId)}:${formEncode(clientSecret)}`];
    return {
      environment,
      apiKey: await this.#digest(apiKey),
      clients: await Promise.all(pairs.map((pair) => this.#digest(pair))),
    };
  }

  async #digest(text: string): Promise<Digest> {
    return new Uint8Array(await crypto.subtle.sign("HMAC", await this.#key, new TextEncoder().encode(text)));
  }
}

/** The environment that matches; always checks all of them. */
function only(all: readonly Digests[], matches: (digests: Digests) => boolean): Environment | undefined {
  let found: Environment | undefined;
  for (const digests of all) if (matches(digests)) found = digests.environment;
  return found;
}

/** Compares all bytes, regardless of the first difference. */
function areEqual(one: Digest, other: Digest): boolean {
  const difference = one.reduce((sum, byte, index) => sum | (byte ^ (other[index] ?? 0)), one.length ^ other.length);
  return difference === 0;
}

function formEncode(text: string): string {
  return new URLSearchParams({ "": text }).toString().slice(1);
}
