/** The SQLSTATE or system error code of an error, where it has one. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** serialization_failure and deadlock_detected: PostgreSQL asks for the transaction to be tried again. */
const transient = new Set(["40001", "40P01"]);

export function isTransient(error: unknown): boolean {
  return transient.has(codeOf(error) ?? "");
}

/** Connections refused, reset or unanswered; SQLSTATE 08 (connection), 53 (resources), 55000 (not accepting connections), 57P (shutdown). */
const unavailableCode =
  /^(?:ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOENT|08|53|55000|57P)/;
/** What the driver says without a code. */
const unavailableMessage =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client (?:has encountered a connection error|was closed) and is not queryable)/;

/** Whether the database did not answer, rather than answer with an error. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isUnavailable);
  return (
    unavailableCode.test(codeOf(error) ?? "") || (error instanceof Error && unavailableMessage.test(error.message))
  );
}

/** Whether the database answered that it will not work for this user: classes 28 (authorization), 3D (no such database), 42501. */
export function isUnusable(error: unknown): boolean {
  return /^(?:28|3D|42501)/.test(codeOf(error) ?? "");
}

/** Whether a database's URL is none that the driver can read. */
export function isNoUrl(error: unknown): boolean {
  return error instanceof URIError || codeOf(error) === "ERR_INVALID_URL";
}

/** Thrown where the embedded database does not start. */
export class DamagedDatabase extends Error {
  constructor(options: ErrorOptions) {
    super("The embedded database does not start.", options);
    this.name = "DamagedDatabase";
  }
}

/** Whether an embedded database is not as it left its files: classes 58 (files) and XX (what cannot be), or it gave up. */
export function isDamaged(error: unknown): boolean {
  if (error instanceof DamagedDatabase || error instanceof WebAssembly.RuntimeError) return true;
  return /^(?:58|XX)/.test(codeOf(error) ?? "");
}
