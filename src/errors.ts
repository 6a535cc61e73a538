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

/** One problem of the input: its path (`records[2].rangeKey1`), and what to do about it. */
export interface InputIssue {
  readonly path: string;
  readonly message: string;
}

/** One entry of the list of errors in a PoP's response (PROTOCOL.md, section 6). */
export interface ServerErrorDetail {
  readonly status?: string | number | undefined;
  readonly title?: string | undefined;
  readonly detail?: string | undefined;
  readonly source?: unknown;
}

/** Marks the errors of this package, so that `instanceof` also works for those of another copy of it. */
const brand: unique symbol = Symbol.for("incountry-storage.error");
/** To print an object, Node.js, Bun and Deno call its method under one of these symbols. */
const inspectSymbols = [Symbol.for("nodejs.util.inspect.custom"), Symbol.for("Deno.customInspect")];

function isStorageErrorName(name: unknown): name is StorageErrorName {
  return typeof name === "string" && Object.hasOwn(errorTable, name);
}

function nameOf(value: unknown): StorageErrorName | undefined {
  try {
    // Checks the tag, since an error of another copy of the package may also come from another realm.
    if (Object.prototype.toString.call(value) !== "[object Error]") return undefined;
    const name: unknown = Reflect.get(Object(value), brand);
    return isStorageErrorName(name) ? name : undefined;
  } catch {
    // A proxy, for example, which this package never throws.
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
 * The root of every error that this package throws. Printed as text or JSON, it shows only the fields of an allow-list: never
 * a body, a key, a secret or a token. The original error, if there is one, is its `cause`. If that is not an error of this
 * package, only its name is printed, since its message may contain anything.
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
    // A getter: Node.js prints the properties of an uncaught error, but does not call getters.
    if (cause !== undefined) Object.defineProperty(this, "cause", { get: () => cause, configurable: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // A class that an application derives from one of these inherits `errorName`: only the prototype chain identifies it.
    if (!Object.hasOwn(this, "errorName")) return Function.prototype[Symbol.hasInstance].call(this, value);
    const name = nameOf(value);
    return name !== undefined && descendsFrom(name, this.errorName);
  }

  /** Returns the fields that may be shown. */
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

/** Returns true if a value is an error of this package, or of another copy of it. */
export function isStorageError(value: unknown): value is StorageError {
  return nameOf(value) !== undefined;
}

/** Wraps a value in a StorageError, unless it is one. */
export function asStorageError(error: unknown): StorageError {
  return isStorageError(error)
    ? error
    : new StorageError("Unexpected error; see `cause`. Please report it.", { cause: error });
}

/** A mistake on the caller's side: in options, secrets, arguments or credentials. */
export class StorageClientError extends StorageError {
  static override readonly errorName: StorageErrorName = "StorageClientError";
}

/** An option is invalid, or options contradict each other. */
export class StorageConfigError extends StorageClientError {
  static override readonly errorName: StorageErrorName = "StorageConfigError";
}

/** `getSecrets()` failed; `cause` is the error that it threw. */
export class SecretsProviderError extends StorageClientError {
  static override readonly errorName: StorageErrorName = "SecretsProviderError";
}

/** The result of `getSecrets()` is invalid. */
export class SecretsValidationError extends StorageClientError {
  static override readonly errorName: StorageErrorName = "SecretsValidationError";
}

/** The arguments of a call are invalid; no request was sent. */
export class InputValidationError extends StorageClientError {
  static override readonly errorName: StorageErrorName = "InputValidationError";
  /** Each problem, with its path. */
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

/** The PoP responded 401 even to a fresh token, or the token endpoint refused the credentials. */
export class StorageAuthenticationError extends StorageClientError {
  static override readonly errorName: StorageErrorName = "StorageAuthenticationError";
}

/** Facts about the request that failed, and its response. */
export interface ServerErrorFacts {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly errors?: readonly ServerErrorDetail[] | undefined;
  readonly cause?: unknown;
}

/** The PoP refused the request, failed, or sent a response that the protocol does not allow. */
export class StorageServerError extends StorageError {
  static override readonly errorName: StorageErrorName = "StorageServerError";
  readonly method: string | undefined;
  /** Contains record keys only as hashes. */
  readonly url: string | undefined;
  /** The HTTP status; undefined if there was no response. */
  readonly status: number | undefined;
  /**
   * The id of the request (`x-request-id`), to give to the PoP's operator. It is the caller's own, or the PoP's if that has the form
   * of a generated id and is not part of the request.
   */
  readonly requestId: string | undefined;
  /**
   * The PoP's own list of errors, shortened to 100 entries with texts of up to 500 characters. It may repeat what was sent, so no
   * message, log or printed error contains it: do not log it either.
   */
  declare readonly errors: readonly ServerErrorDetail[] | undefined;

  constructor(message: string, facts: ServerErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.method = facts.method;
    this.url = facts.url;
    this.status = facts.status;
    this.requestId = facts.requestId;
    const { errors } = facts;
    // A getter: Node.js prints the property `errors` of an error even if it is not enumerable, but does not call getters.
    Object.defineProperty(this, "errors", { get: () => errors, configurable: true });
  }

  override toJSON(): Record<string, unknown> {
    const { method, url, status, requestId } = this;
    return { ...super.toJSON(), method, url, status, requestId };
  }
}

/** There was no complete response: the connection was refused, reset or cut off, or it timed out. */
export class StorageNetworkError extends StorageServerError {
  static override readonly errorName: StorageErrorName = "StorageNetworkError";
}

/** Encryption or decryption failed. Every damaged or forged ciphertext gives the same message. */
export class StorageCryptoError extends StorageError {
  static override readonly errorName: StorageErrorName = "StorageCryptoError";
}

/** The PoP returned something other than what was stored: the body of another record, changed keys, a file with another hash. */
export class StorageIntegrityError extends StorageCryptoError {
  static override readonly errorName: StorageErrorName = "StorageIntegrityError";
}
