export type LogLevel = "debug" | "info" | "warn" | "error";

/** Receives the log. `meta` holds only the fields of `RequestLogFields`. */
export interface Logger {
  write(level: LogLevel, message: string, meta?: Record<string, unknown>): void;
}

/** The fields of a log line about a request: the allow-list of what a log may hold. */
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
  /** The code of the error, if the attempt failed without a response. */
  readonly error?: string | undefined;
  /** `request.meta` of the caller. */
  readonly meta?: Record<string, unknown> | undefined;
}

/** The log of one Storage. */
export class Log {
  readonly #logger: Logger | undefined;
  readonly #logged = new Set<string>();

  constructor(logger: Logger | undefined, debug: boolean) {
    this.#logger = logger ?? (debug ? consoleLogger : undefined);
  }

  /** Logs one attempt at a request. Unknown fields are absent. */
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

  /** Logs a message once in the life of the Storage. */
  once(level: "debug" | "warn", message: string): void {
    if (this.#logged.has(message)) return;
    this.#logged.add(message);
    this.#write(level, message);
  }

  #write(level: LogLevel, message: string, meta?: Record<string, unknown>): void {
    // A logger that throws or rejects must not fail the call.
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
