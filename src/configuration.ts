import * as v from "valibot";
import { type EnvironmentVariable, environmentVariable, isBrowser } from "./adapters/environment.ts";
import type { FileAdapter } from "./adapters/files.ts";
import type { CipherOptions } from "./crypto/cipher.ts";
import { customEncryptionSchema } from "./crypto/custom-encryption.ts";
import { defaultKeyReuse, maxMessagesPerKey } from "./crypto/key-derivation.ts";
import type { SecretsInput } from "./crypto/secrets.ts";
import { StorageConfigError } from "./errors.ts";
import { platformFetch } from "./http/fetch.ts";
import type { HostOptions } from "./http/hosts.ts";
import type { RetryPolicy } from "./http/retry-policy.ts";
import type { AuthEndpoints, Credentials } from "./http/tokens.ts";
import { Log, type Logger } from "./logging.ts";
import type { OAuthOptions } from "./options.ts";
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

/** The checked options, with the environment and the defaults applied. */
export interface Configuration {
  readonly environmentId: string;
  readonly credentials: Credentials;
  readonly hosts: HostOptions;
  readonly keys: KeyMode & { readonly environmentId: string };
  readonly cipher: CipherOptions;
  readonly retry: RetryPolicy;
  readonly log: Log;
  readonly fetch: typeof fetch;
  /** @default The files of the runtime. */
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

/** Text that a header can hold: visible ASCII characters, and spaces between them. */
const headerText = v.pipe(
  v.string(),
  v.regex(
    /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/,
    "must be non-empty ASCII text, without leading or trailing spaces",
  ),
);
const nonEmptyText = v.pipe(wellFormedText, v.nonEmpty("must not be empty"));

const urlSchema: SchemaOf<string> = v.pipe(
  v.string(),
  v.check(isHttpUrl, "must be an absolute http or https URL, without spaces, credentials, query or fragment"),
);
/** Paths are appended to the endpoint. Other URLs are requested as they are. */
const endpointSchema: SchemaOf<string> = v.pipe(urlSchema, v.transform(withoutSlashesAtEnd));

/** A regular expression would search for the end again at each slash. */
function withoutSlashesAtEnd(url: string): string {
  let end = url.length;
  while (url[end - 1] === "/") end -= 1;
  return url.slice(0, end);
}

function isHttpUrl(text: string): boolean {
  // Checks the text, since URL drops empty queries and fragments, leading and trailing spaces, and line breaks.
  if (/[?#\s]/.test(text) || !URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && `${username}${password}` === "";
}

const regionName = v.pipe(
  wellFormedText,
  v.check((name) => !isNameOfObjects(name), "is not a valid region name"),
);
const authEndpointsSchema: SchemaOf<AuthEndpoints> = v.pipe(
  objectOf({ what: "an object of URLs", name: regionName }, urlSchema),
  v.objectWithRest({ default: v.string() }, v.string()),
);

/** An option of the other kind of credentials. */
const absent = v.optional(v.undefined("cannot be combined with `token`"));

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
    v.pipe(v.string(), v.regex(/^[\w.:-]+$/, "must be the end of a host name, like -mt-01.api.example.com")),
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

/** Checks the options, and applies the environment and the defaults. @throws StorageConfigError */
export function configure(input: unknown): Configuration {
  const parsed = parse(optionsSchema, input, "options");
  if (!parsed.ok) throw new StorageConfigError(`Invalid options: ${summarize(parsed.issues)}.`);
  const options = parsed.output;
  const environmentId = options.environmentId ?? fromEnvironment("INC_ENVIRONMENT_ID", headerText);
  if (environmentId === undefined) {
    throw new StorageConfigError(
      "`environmentId` is required: set the option, or INC_ENVIRONMENT_ID in the environment.",
    );
  }
  const { encrypt = true, getSecrets, customEncryptionConfigs = [], keyReuse = {}, httpOptions = {} } = options;
  if (encrypt && getSecrets === undefined) {
    throw new StorageConfigError("`getSecrets` is required when `encrypt` is true.");
  }
  if (customEncryptionConfigs.length > 0 && getSecrets === undefined) {
    throw new StorageConfigError("`getSecrets` is required with `customEncryptionConfigs`.");
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

/** An endpoint receives the records of every country, so that residency cannot be enforced. */
function endpointWithStrictResidency(option: string | undefined): StorageConfigError {
  const source = option === undefined ? "INC_ENDPOINT" : "endpoint";
  return new StorageConfigError(
    `\`strictResidency\` cannot be combined with ${source}: records of every country would go to that PoP. Remove one of them.`,
  );
}

function fromEnvironment(name: EnvironmentVariable, schema: SchemaOf<string>): string | undefined {
  const value = environmentVariable(name);
  if (value === undefined) return undefined;
  const parsed = parse(schema, value, name);
  if (parsed.ok) return parsed.output;
  throw new StorageConfigError(`Invalid environment variable: ${summarize(parsed.issues)}.`);
}

function credentialsOf(
  { oauth, apiKey }: { oauth?: OAuthOptions | undefined; apiKey?: string | undefined },
  log: Log,
): Credentials {
  if (apiKey !== undefined && oauth !== undefined) {
    throw new StorageConfigError("`apiKey` and `oauth` cannot be combined: remove one of them.");
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
    "Credentials are required: set `oauth` (`clientId` and `clientSecret`, or `token`) or `apiKey`, or INC_CLIENT_ID and INC_CLIENT_SECRET, or INC_API_KEY in the environment.",
  );
}

const clientSecretInBrowser =
  "A client secret in a browser can be read by every user of the page. Set `oauth.token` to a function that fetches a token from your own server.";

function lowerCaseNames(endpoints: AuthEndpoints): AuthEndpoints {
  const named = Object.entries(endpoints).map(([region, endpoint]) => [region.toLowerCase(), endpoint]);
  return { ...Object.fromEntries(named), default: endpoints.default };
}
