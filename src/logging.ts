export type LogLevel = "debug" | "info" | "warn" | "error";

/** Where the log goes. `meta` holds what is on the allow-list below, and nothing else. */
export interface Logger {
  write(level: LogLevel, message: string, meta?: Record<string, unknown>): void;
}

/** All that a log line about a request may hold: what is not a field of this cannot leak. */
export interface RequestLogFields {
  readonly method: string;
  readonly host: string;
  readonly operation: string;
  readonly country?: string | undefined;
  readonly status?: number | undefined;
  readonly attempt: number;
  /** Milliseconds. */
  readonly duration: number;
  readonly requestId?: string | undefined;
  /** The code of the error, where the attempt failed without an answer. */
  readonly error?: string | undefined;
  /** What the caller gave as `request.meta`. */
  readonly meta?: Record<string, unknown> | undefined;
}

/** The log of one Storage. */
export class Log {
  readonly #logger: Logger | undefined;
  readonly #said = new Set<string>();

  constructor(logger: Logger | undefined, debug: boolean) {
    this.#logger = logger ?? (debug ? consoleLogger : undefined);
  }

  /** One line for one attempt at a request: what is not known of it is not named. */
  request({
    method,
    host,
    operation,
    country,
    status,
    attempt,
    duration,
    requestId,
    error,
    meta,
  }: RequestLogFields): void {
    const level = status !== undefined && status < 400 ? "info" : "warn";
    const fields = { method, host, operation, country, status, attempt, duration, requestId, error, meta };
    const known = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
    this.#write(level, `${operation}: ${method} ${host} ${status ?? error ?? ""}`.trimEnd(), known);
  }

  debug(message: string): void {
    this.#write("debug", message);
  }

  warn(message: string): void {
    this.#write("warn", message);
  }

  /** Says a thing once in the life of the Storage. */
  once(level: "debug" | "warn", message: string): void {
    if (this.#said.has(message)) return;
    this.#said.add(message);
    this.#write(level, message);
  }

  #write(level: LogLevel, message: string, meta?: Record<string, unknown>): void {
    // A logger that fails, now or (an async function) later, must not fail the call that it was told about.
    try {
      const written: unknown = this.#logger?.write(level, message, meta);
      Promise.resolve(written).catch(() => undefined);
    } catch {}
  }
}

const consoleLogger: Logger = {
  write(level, message, meta) {
    const line = `[incountry-storage] ${message}`;
    if (meta === undefined) console[level](line);
    else console[level](line, meta);
  },
};
