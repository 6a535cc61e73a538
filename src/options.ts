import type { FileAdapter } from "./adapters/files.ts";
import type { CustomEncryptionConfig } from "./crypto/custom-encryption.ts";
import type { SecretsInput } from "./crypto/secrets.ts";
import type { AuthEndpoints } from "./http/tokens.ts";
import type { Logger } from "./logging.ts";

/** OAuth client credentials, or a token. */
export type OAuthOptions =
  | {
      /** @default `INC_CLIENT_ID` of the environment */
      clientId?: string | undefined;
      /** @default `INC_CLIENT_SECRET` of the environment */
      clientSecret?: string | undefined;
      /** @default The service's own token endpoints. */
      authEndpoints?: AuthEndpoints | undefined;
      token?: undefined;
    }
  | {
      /** A token, or a function that returns one and is called for each request. */
      token: string | (() => string | Promise<string>);
      clientId?: undefined;
      clientSecret?: undefined;
      authEndpoints?: undefined;
    };

export interface HttpOptions {
  /** @default 30_000 Timeout per attempt, in milliseconds. */
  timeout?: number | undefined;
  /** @default 1_000 Delay before the first retry, in milliseconds; doubled for each further one. */
  retryBaseDelay?: number | undefined;
  /** @default 32_000 The longest delay, in milliseconds. A `Retry-After` of the server takes precedence, up to a minute. */
  retryMaxDelay?: number | undefined;
}

/** Limits the use of one derived key for new ciphertexts. */
export interface KeyReuseOptions {
  /** @default 2 ** 20 Ciphertexts under one salt. 1 derives a key for each. */
  maxMessages?: number | undefined;
  /** @default 3_600_000 Age of the salt, in milliseconds. */
  maxAge?: number | undefined;
}

/** The options of a Storage. */
export interface StorageOptions {
  /** The tenant. @default `INC_ENVIRONMENT_ID` of the environment */
  environmentId?: string | undefined;
  oauth?: OAuthOptions | undefined;
  /** An API key, which the service has deprecated. Excludes `oauth`. @default `INC_API_KEY` of the environment */
  apiKey?: string | undefined;
  /**
   * The PoP for all countries. Without it, each country's own is looked up. Excludes `strictResidency`.
   *
   * @default `INC_ENDPOINT` of the environment
   */
  endpoint?: string | undefined;
  /** @default "-mt-01.api.incountry.io" What follows the country in the host of its PoP. */
  endpointMask?: string | undefined;
  /** @default The service's own countries list. */
  countriesEndpoint?: string | undefined;
  /** @default false Refuse countries without a PoP of their own, which are otherwise served by another. Excludes `endpoint`. */
  strictResidency?: boolean | undefined;
  /** @default true Encrypt bodies. If false, bodies are only encoded; keys are hashed all the same. */
  encrypt?: boolean | undefined;
  /** Returns the secrets; called once for each call that needs them. Required if `encrypt` is true, or with `customEncryptionConfigs`. */
  getSecrets?: (() => SecretsInput | Promise<SecretsInput>) | undefined;
  /** @default [] Encryption functions of your own. */
  customEncryptionConfigs?: CustomEncryptionConfig[] | undefined;
  /** @default false Ignore case in keys: `USER-1` finds `user-1`. */
  normalizeKeys?: boolean | undefined;
  /** @default true Hash `key1` to `key20`. If false, they are sent unhashed, can be sorted by, and can be searched for a part. */
  hashSearchKeys?: boolean | undefined;
  httpOptions?: HttpOptions | undefined;
  keyReuse?: KeyReuseOptions | undefined;
  /** Receives the log. */
  logger?: Logger | undefined;
  /** @default false Log to the console. */
  debug?: boolean | undefined;
  /** Sends all requests. @default The platform's `fetch`. */
  fetch?: typeof fetch | undefined;
  /** Reads and writes files. @default The files of Node.js, Deno or Bun. */
  files?: FileAdapter | undefined;
}
