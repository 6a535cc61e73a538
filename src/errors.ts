/** Every class of error: its stable code, and the class it extends. */
const errorTable = {
  StorageError: { code: "storage_error", parent: null },
  StorageClientError: { code: "client_error", parent: "StorageError" },
  StorageConfigError: { code: "config_error", parent: "StorageClientError" },
  SecretsProviderError: { code: "secrets_provider_error", parent: "StorageClientError" },
  SecretsValidationError: { code: "secrets_validation_error", parent: "StorageClientError" },
  InputValidationError: { code: "input_validation_error", parent: "StorageClientError" },
  StorageResidencyError: { code: "residency_error", parent: "StorageClientError" },
  StorageAuthenticationError: { code: "authentication_error", parent: "StorageClientError" },
  StorageServerError: { code: "server_error", parent: "StorageError" },
  StorageNetworkError: { code: "network_error", parent: "StorageServerError" },
  StorageCryptoError: { code: "crypto_error", parent: "StorageError" },
  StorageIntegrityError: { code: "integrity_error", parent: "StorageCryptoError" },
} as const;

export type StorageErrorName = keyof typeof errorTable;
export type StorageErrorCode = (typeof errorTable)[StorageErrorName]["code"];

/** One thing wrong with the input: where it is (`records[2].rangeKey1`), and what to do about it. */
export interface InputIssue {
  readonly path: string;
  readonly message: string;
}

/** One entry of a PoP's error answer (PROTOCOL.md, section 6). */
export interface ServerErrorDetail {
  readonly status?: string | number | undefined;
  readonly title?: string | undefined;
  readonly detail?: string | undefined;
  readonly source?: unknown;
}

/** The brand that makes `instanceof` work across two copies of the package. */
const brand: unique symbol = Symbol.for("incountry-storage.error");
/** Node.js and Bun, and Deno, ask an object under these symbols how it wants to be printed. */
const inspectSymbols = [Symbol.for("nodejs.util.inspect.custom"), Symbol.for("Deno.customInspect")];

function isStorageErrorName(name: unknown): name is StorageErrorName {
  return typeof name === "string" && Object.hasOwn(errorTable, name);
}

function nameOf(value: unknown): StorageErrorName | undefined {
  try {
    // By its tag: an error of another copy of the package may be of another realm as well.
    if (Object.prototype.toString.call(value) !== "[object Error]") return undefined;
    const name: unknown = Reflect.get(Object(value), brand);
    return isStorageErrorName(name) ? name : undefined;
  } catch {
    // A proxy, say: whoever throws or passes such a thing is not us.
    return undefined;
  }
}

function descendsFrom(name: StorageErrorName, ancestor: StorageErrorName): boolean {
  for (let at: StorageErrorName | null = name; at !== null; at = errorTable[at].parent) {
    if (at === ancestor) return true;
  }
  return false;
}

/**
 * The root of every error that this package throws. What it prints, as text and as JSON, is an allow-list: never a body, a
 * key, a secret or a token. The original error, if there is one, is its `cause`; a printed error shows only the name of a
 * foreign cause, since nobody knows what is in it.
 */
export class StorageError extends Error {
  static readonly errorName: StorageErrorName = "StorageError";
  /** The name of the class, the same in minified code. */
  override readonly name: StorageErrorName;
  /** A stable code of the class: `input_validation_error`, `network_error`, … */
  readonly code: StorageErrorCode;

  constructor(message: string, options?: { cause?: unknown }) {
    super(message);
    this.name = new.target.errorName;
    this.code = errorTable[this.name].code;
    Object.defineProperty(this, brand, { value: this.name });
    const cause = options?.cause;
    // A getter: what prints the properties of an error, as Node.js does with one that nobody caught, does not look into it.
    if (cause !== undefined) Object.defineProperty(this, "cause", { get: () => cause, configurable: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // A class that an application derives from one of ours inherits `errorName`: for it, only the prototype chain decides.
    if (!Object.hasOwn(this, "errorName")) return Function.prototype[Symbol.hasInstance].call(this, value);
    const name = nameOf(value);
    return name !== undefined && descendsFrom(name, this.errorName);
  }

  /** What may be shown of the error. */
  toJSON(): Record<string, unknown> {
    const cause = describeCause(this.cause);
    return { name: this.name, code: this.code, message: this.message, ...(cause === undefined ? {} : { cause }) };
  }
}

for (const symbol of inspectSymbols) {
  Object.defineProperty(StorageError.prototype, symbol, {
    value(this: StorageError): string {
      return printed(this);
    },
  });
}

function describeCause(cause: unknown): unknown {
  if (cause === undefined) return undefined;
  if (isStorageError(cause)) return cause.toJSON();
  try {
    return cause instanceof Error && nameText.test(cause.name) ? cause.name : typeof cause;
  } catch {
    return typeof cause;
  }
}

const nameText = /^[$\w]{1,60}$/;

function printed(error: StorageError): string {
  const { name: _name, message: _message, cause, ...details } = error.toJSON();
  const frames = error.stack?.slice(error.stack.indexOf("\n    at "));
  const stack = frames?.startsWith("\n    at ") ? frames : "";
  const causedBy = cause === undefined ? {} : { cause };
  return `${error.name}: ${error.message}${stack} ${JSON.stringify({ ...details, ...causedBy }, null, 2)}`;
}

/** Whether a value is an error of this package, whichever copy of the package threw it. */
export function isStorageError(value: unknown): value is StorageError {
  return nameOf(value) !== undefined;
}

/** Wraps anything that is no error of this package. */
export function asStorageError(error: unknown): StorageError {
  return isStorageError(error)
    ? error
    : new StorageError("Unexpected error; see `cause`. Please report it.", { cause: error });
}

/** The caller's side: options, secrets, arguments, credentials. */
export class StorageClientError extends StorageError {
  static override readonly errorName: StorageErrorName = "StorageClientError";
}

/** The options do not fit together, or one of them is not usable. */
export class StorageConfigError extends StorageClientError {
  static override readonly errorName: StorageErrorName = "StorageConfigError";
}

/** `getSecrets()` itself failed; `cause` is what it threw. */
export class SecretsProviderError extends StorageClientError {
  static override readonly errorName: StorageErrorName = "SecretsProviderError";
}

/** What `getSecrets()` returned is not usable. */
export class SecretsValidationError extends StorageClientError {
  static override readonly errorName: StorageErrorName = "SecretsValidationError";
}

/** Arguments that a method refuses before anything is sent. */
export class InputValidationError extends StorageClientError {
  static override readonly errorName: StorageErrorName = "InputValidationError";
  /** Each thing that is wrong, with its path. */
  readonly issues: readonly InputIssue[];

  constructor(message: string, issues: readonly InputIssue[], options?: { cause?: unknown }) {
    super(message, options);
    this.issues = issues;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), issues: this.issues };
  }
}

/** `strictResidency` refused a country that has no PoP of its own. */
export class StorageResidencyError extends StorageClientError {
  static override readonly errorName: StorageErrorName = "StorageResidencyError";
}

/** A 401 that a fresh token did not cure, or a refused token request. */
export class StorageAuthenticationError extends StorageClientError {
  static override readonly errorName: StorageErrorName = "StorageAuthenticationError";
}

/** What is known of the exchange that failed. */
export interface ServerErrorFacts {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly errors?: readonly ServerErrorDetail[] | undefined;
  readonly cause?: unknown;
}

/** The PoP's side: it refused, failed, or answered something that the protocol does not know. */
export class StorageServerError extends StorageError {
  static override readonly errorName: StorageErrorName = "StorageServerError";
  readonly method: string | undefined;
  /** The address, where record keys stand hashed. */
  readonly url: string | undefined;
  /** The HTTP status; undefined where there was no answer. */
  readonly status: number | undefined;
  /**
   * The id of the request (`x-request-id`), which the PoP's operators ask for: the caller's own, or the PoP's if it has the form of a
   * generated id and is not part of what was sent.
   */
  readonly requestId: string | undefined;
  /**
   * The PoP's own list of what is wrong, shortened to 100 entries of 500 characters each. Its words may repeat what was sent, so
   * that no message, log or printed error holds them: look at them where no one else does.
   */
  declare readonly errors: readonly ServerErrorDetail[] | undefined;

  constructor(message: string, facts: ServerErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.method = facts.method;
    this.url = facts.url;
    this.status = facts.status;
    this.requestId = facts.requestId;
    const { errors } = facts;
    // A getter of its own: Node.js prints the errors of an error even if they are not enumerable, but does not call a getter.
    Object.defineProperty(this, "errors", { get: () => errors, configurable: true });
  }

  override toJSON(): Record<string, unknown> {
    const { method, url, status, requestId } = this;
    return { ...super.toJSON(), method, url, status, requestId };
  }
}

/** No usable answer came: the connection was refused, reset, cut off, or timed out. */
export class StorageNetworkError extends StorageServerError {
  static override readonly errorName: StorageErrorName = "StorageNetworkError";
}

/** Encryption or decryption failed. Everything that fails to open has one and the same message. */
export class StorageCryptoError extends StorageError {
  static override readonly errorName: StorageErrorName = "StorageCryptoError";
}

/** What came back is not what was asked for: another record's body, keys that were rewritten, a file whose hash differs. */
export class StorageIntegrityError extends StorageCryptoError {
  static override readonly errorName: StorageErrorName = "StorageIntegrityError";
}
