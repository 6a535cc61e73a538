import * as v from "valibot";
import { type EnvironmentVariable, environmentVariable, isBrowser } from "./adapters/environment.ts";
import type { FileAdapter } from "./adapters/files.ts";
import type { CipherOptions } from "./crypto/cipher.ts";
import { type CustomEncryptionConfig, customEncryptionSchema } from "./crypto/custom-encryption.ts";
import { defaultKeyReuse, maxMessagesPerKey } from "./crypto/key-derivation.ts";
import type { SecretsInput } from "./crypto/secrets.ts";
import { StorageConfigError } from "./errors.ts";
import type { Credentials } from "./http/authorization.ts";
import type { HostOptions } from "./http/hosts.ts";
import type { RetryPolicy } from "./http/retry.ts";
import { platformFetch } from "./http/transport.ts";
import { Log, type Logger } from "./logging.ts";
import type { KeyMode } from "./records/schema.ts";
import { millisecondsSchema } from "./request-options.ts";
import {
  exactObject,
  functionOf,
  isNameOfObjects,
  kindOf,
  listOf,
  objectOf,
  parse,
  type SchemaOf,
  summarize,
  wellFormedText,
} from "./validation.ts";

/** Token endpoints by region; `default` serves the regions that are not named. Names ignore case. */
export interface AuthEndpoints {
  default: string;
  [region: string]: string;
}

/** OAuth client credentials, or a ready token. */
export type OAuthOptions =
  | {
      /** Or `INC_CLIENT_ID`. */
      clientId?: string | undefined;
      /** Or `INC_CLIENT_SECRET`. */
      clientSecret?: string | undefined;
      authEndpoints?: AuthEndpoints | undefined;
      token?: undefined;
    }
  | {
      token: string | (() => string | Promise<string>);
      clientId?: undefined;
      clientSecret?: undefined;
      authEndpoints?: undefined;
    };

export interface HttpOptions {
  /** Milliseconds for each attempt; 30 000. */
  timeout?: number | undefined;
  /** Milliseconds before the first repetition, doubled for each further one; 1 000. */
  retryBaseDelay?: number | undefined;
  /** The longest wait, in milliseconds; 32 000. Where the server asks for another (`Retry-After`) it is that, up to a minute. */
  retryMaxDelay?: number | undefined;
}

/** How long one derived key serves new ciphertexts. */
export interface KeyReuseOptions {
  /** Ciphertexts under one salt; 2^20. 1: a salt, and a derivation, each. */
  maxMessages?: number | undefined;
  /** Milliseconds; an hour. */
  maxAge?: number | undefined;
}

/** The options of a Storage. */
export interface StorageOptions {
  /** The tenant; or `INC_ENVIRONMENT_ID`. */
  environmentId?: string | undefined;
  oauth?: OAuthOptions | undefined;
  /** Or `INC_API_KEY`. Deprecated by the service; excludes `oauth`. */
  apiKey?: string | undefined;
  /** The PoP to talk to, for all countries; or `INC_ENDPOINT`. Without it the country's own is looked up. Excludes `strictResidency`. */
  endpoint?: string | undefined;
  /** What follows the country in the host of its PoP; `-mt-01.api.incountry.io`. */
  endpointMask?: string | undefined;
  countriesEndpoint?: string | undefined;
  /** Refuse a country that has no PoP of its own, instead of serving it through another; false. Excludes `endpoint`. */
  strictResidency?: boolean | undefined;
  /** true. false: bodies are only encoded; keys are hashed all the same. */
  encrypt?: boolean | undefined;
  /** Asked once for each call that needs it. Required unless `encrypt` is false. */
  getSecrets?: (() => SecretsInput | Promise<SecretsInput>) | undefined;
  customEncryptionConfigs?: CustomEncryptionConfig[] | undefined;
  /** Keys ignore case: `USER-1` finds `user-1`; false. */
  normalizeKeys?: boolean | undefined;
  /** true. false: `key1`…`key20` go as they are, so that they can be searched in part and sorted by. */
  hashSearchKeys?: boolean | undefined;
  httpOptions?: HttpOptions | undefined;
  keyReuse?: KeyReuseOptions | undefined;
  /** Where the log goes; nowhere. */
  logger?: Logger | undefined;
  /** Log to the console; false. */
  debug?: boolean | undefined;
  /** Every request goes through it; the platform's own `fetch`. */
  fetch?: typeof fetch | undefined;
  /** Files of the runtime; those of Node.js, Deno and Bun. */
  files?: FileAdapter | undefined;
}

/** The options, checked, with the environment and the defaults in their places. */
export interface Configuration {
  readonly environmentId: string;
  readonly credentials: Credentials;
  readonly hosts: HostOptions;
  readonly keys: KeyMode & { readonly environmentId: string };
  readonly cipher: CipherOptions;
  readonly retry: RetryPolicy;
  readonly log: Log;
  readonly fetch: typeof fetch;
  /** Replaces the files of the runtime. */
  readonly files: FileAdapter | undefined;
}

const defaultAuthEndpoints: AuthEndpoints = {
  default: "https://auth-emea.incountry.com/oauth2/token",
  emea: "https://auth-emea.incountry.com/oauth2/token",
  apac: "https://auth-apac.incountry.com/oauth2/token",
};
const defaultCountriesEndpoint = "https://portal-backend.incountry.com/countries";
const defaultEndpointMask = "-mt-01.api.incountry.io";
const defaultTimeout = 30_000;
const defaultRetryBaseDelay = 1_000;
const defaultRetryMaxDelay = 32_000;

/** Goes into a header: visible characters of ASCII and no spaces around them. */
const headerText = v.pipe(
  v.string(),
  v.regex(
    /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/,
    "must not be empty, and hold nothing but characters of ASCII, without spaces around",
  ),
);
const nonEmptyText = v.pipe(wellFormedText, v.nonEmpty("must not be empty"));

const urlSchema: SchemaOf<string> = v.pipe(
  v.string(),
  v.check(isHttpUrl, "must be an absolute http or https address, without spaces, credentials, query or fragment"),
);
/** The PoP, whose paths are put behind it: they begin with a slash. The other addresses are called as they stand. */
const endpointSchema: SchemaOf<string> = v.pipe(urlSchema, v.transform(withoutSlashesAtEnd));

/** Not by an expression: that looks for the end anew at each slash. */
function withoutSlashesAtEnd(url: string): string {
  let end = url.length;
  while (url[end - 1] === "/") end -= 1;
  return url.slice(0, end);
}

function isHttpUrl(text: string): boolean {
  // Of the text: a URL does not tell an empty query or fragment from none, and leaves out spaces around and line breaks within.
  if (/[?#\s]/.test(text) || !URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && `${username}${password}` === "";
}

const regionName = v.pipe(
  wellFormedText,
  v.check((name) => !isNameOfObjects(name), "is not a name that a region can have"),
);
const authEndpointsSchema: SchemaOf<AuthEndpoints> = v.pipe(
  objectOf({ what: "an object of addresses", name: regionName }, urlSchema),
  v.objectWithRest({ default: v.string() }, v.string()),
);

/** What goes with the other kind of credentials: like any other option, it may be there as undefined. */
const absent = v.optional(v.undefined("cannot be given together with token"));

const tokenSchema = exactObject({
  token: v.union(
    [headerText, functionOf<() => string | Promise<string>>()],
    "must be a non-empty string or a function",
  ),
  clientId: absent,
  clientSecret: absent,
  authEndpoints: absent,
});

const clientSchema = exactObject({
  clientId: v.optional(nonEmptyText),
  clientSecret: v.optional(nonEmptyText),
  authEndpoints: v.optional(authEndpointsSchema),
  token: absent,
});

const oauthSchema: v.GenericSchema<unknown, OAuthOptions> = v.lazy((input) =>
  typeof input === "object" && input !== null && "token" in input && input.token !== undefined
    ? tokenSchema
    : clientSchema,
);

const httpOptionsSchema = exactObject({
  timeout: v.optional(millisecondsSchema),
  retryBaseDelay: v.optional(millisecondsSchema),
  retryMaxDelay: v.optional(millisecondsSchema),
});

const keyReuseSchema = exactObject({
  maxMessages: v.optional(
    v.custom<number>(
      (input) => Number.isSafeInteger(input) && Number(input) >= 1 && Number(input) <= maxMessagesPerKey,
      "must be an integer from 1 to 2^32",
    ),
  ),
  maxAge: v.optional(
    v.custom<number>((input) => typeof input === "number" && input > 0, "must be milliseconds, more than 0"),
  ),
});

function objectWith<Type>(methods: readonly string[]): SchemaOf<Type> {
  return v.custom<Type>(
    (input) =>
      typeof input === "object" &&
      input !== null &&
      methods.every((method) => typeof Reflect.get(input, method) === "function"),
    (issue) => `must be an object with the methods ${methods.join(" and ")}, got ${kindOf(issue.input)}`,
  );
}

const optionsSchema = exactObject({
  environmentId: v.optional(headerText),
  oauth: v.optional(oauthSchema),
  apiKey: v.optional(headerText),
  endpoint: v.optional(endpointSchema),
  endpointMask: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[\w.:-]+$/, "must be what follows the country in a host name, like -mt-01.api.example.com"),
    ),
  ),
  countriesEndpoint: v.optional(urlSchema),
  strictResidency: v.optional(v.boolean()),
  encrypt: v.optional(v.boolean()),
  getSecrets: v.optional(functionOf<() => SecretsInput | Promise<SecretsInput>>()),
  customEncryptionConfigs: v.optional(listOf(customEncryptionSchema)),
  normalizeKeys: v.optional(v.boolean()),
  hashSearchKeys: v.optional(v.boolean()),
  httpOptions: v.optional(httpOptionsSchema),
  keyReuse: v.optional(keyReuseSchema),
  logger: v.optional(objectWith<Logger>(["write"])),
  debug: v.optional(v.boolean()),
  fetch: v.optional(functionOf<typeof fetch>()),
  files: v.optional(objectWith<FileAdapter>(["read", "write"])),
});

/**
 * Checks the options, and takes what they leave open from the environment and the defaults.
 *
 * @throws StorageConfigError
 */
export function configure(input: unknown): Configuration {
  const parsed = parse(optionsSchema, input, "options");
  if (!parsed.ok)
    throw new StorageConfigError(`The options of the Storage cannot be used: ${summarize(parsed.issues)}.`);
  const options = parsed.output;
  const environmentId = options.environmentId ?? fromEnvironment("INC_ENVIRONMENT_ID", headerText);
  if (environmentId === undefined) {
    throw new StorageConfigError("There is no environment id: give environmentId, or set INC_ENVIRONMENT_ID.");
  }
  const { encrypt = true, getSecrets, customEncryptionConfigs = [], keyReuse = {}, httpOptions = {} } = options;
  if (encrypt && getSecrets === undefined) {
    throw new StorageConfigError("There are no secrets to encrypt with: give getSecrets, or set encrypt to false.");
  }
  if (customEncryptionConfigs.length > 0 && getSecrets === undefined) {
    throw new StorageConfigError("customEncryptionConfigs need keys: give getSecrets.");
  }
  const { normalizeKeys = false, hashSearchKeys = true } = options;
  const log = new Log(options.logger, options.debug ?? false);
  const endpoint = options.endpoint ?? fromEnvironment("INC_ENDPOINT", endpointSchema);
  if (endpoint !== undefined && options.strictResidency === true) throw endpointWithStrictResidency(options.endpoint);
  return {
    environmentId,
    credentials: credentialsOf(options, log),
    hosts: {
      endpoint,
      endpointMask: options.endpointMask,
      defaultEndpointMask,
      countriesEndpoint: options.countriesEndpoint ?? defaultCountriesEndpoint,
      strictResidency: options.strictResidency ?? false,
    },
    keys: { normalizeKeys, hashSearchKeys, environmentId },
    cipher: {
      encrypt,
      getSecrets,
      customEncryptionConfigs,
      keyReuse: {
        maxMessages: keyReuse.maxMessages ?? defaultKeyReuse.maxMessages,
        maxAge: keyReuse.maxAge ?? defaultKeyReuse.maxAge,
      },
    },
    retry: {
      timeout: httpOptions.timeout ?? defaultTimeout,
      baseDelay: httpOptions.retryBaseDelay ?? defaultRetryBaseDelay,
      maxDelay: httpOptions.retryMaxDelay ?? defaultRetryMaxDelay,
    },
    log,
    fetch: options.fetch ?? platformFetch,
    files: options.files,
  };
}

/** An endpoint serves every country, and no list says which PoP is behind it: nothing would be left to be strict about. */
function endpointWithStrictResidency(option: string | undefined): StorageConfigError {
  const source = option === undefined ? "INC_ENDPOINT" : "endpoint";
  return new StorageConfigError(
    `strictResidency cannot be kept with ${source}: records of every country would go to that one PoP. Remove one of the two.`,
  );
}

function fromEnvironment(name: EnvironmentVariable, schema: SchemaOf<string>): string | undefined {
  const value = environmentVariable(name);
  if (value === undefined) return undefined;
  const parsed = parse(schema, value, name);
  if (parsed.ok) return parsed.output;
  throw new StorageConfigError(`The variables of the environment cannot be used: ${summarize(parsed.issues)}.`);
}

function credentialsOf(
  { oauth, apiKey }: { oauth?: OAuthOptions | undefined; apiKey?: string | undefined },
  log: Log,
): Credentials {
  if (apiKey !== undefined && oauth !== undefined) {
    throw new StorageConfigError("Both apiKey and oauth are given: give one of them.");
  }
  if (apiKey !== undefined) return { kind: "apiKey", apiKey };
  if (oauth?.token !== undefined) return { kind: "token", token: oauth.token };
  const clientId = oauth?.clientId ?? fromEnvironment("INC_CLIENT_ID", nonEmptyText);
  const clientSecret = oauth?.clientSecret ?? fromEnvironment("INC_CLIENT_SECRET", nonEmptyText);
  if (clientId !== undefined && clientSecret !== undefined) {
    if (isBrowser()) log.once("warn", clientSecretInBrowser);
    const authEndpoints = lowerCaseNames(oauth?.authEndpoints ?? defaultAuthEndpoints);
    return { kind: "client", clientId, clientSecret, authEndpoints };
  }
  const environmentKey = oauth === undefined ? fromEnvironment("INC_API_KEY", headerText) : undefined;
  if (environmentKey !== undefined) return { kind: "apiKey", apiKey: environmentKey };
  throw new StorageConfigError(
    "There are no credentials: give oauth (clientId and clientSecret, or token) or apiKey, or set INC_CLIENT_ID and INC_CLIENT_SECRET, or INC_API_KEY.",
  );
}

const clientSecretInBrowser =
  "A client secret is used in a browser, where whoever opens the page can read it: give oauth.token a function that asks your own server for a token.";

function lowerCaseNames(endpoints: AuthEndpoints): AuthEndpoints {
  const named = Object.entries(endpoints).map(([region, endpoint]) => [region.toLowerCase(), endpoint]);
  return { ...Object.fromEntries(named), default: endpoints.default };
}
