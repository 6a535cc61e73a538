/** The SQLSTATE or system error code of an error, if it has one. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Awaits work; undefined if it fails with this code. */
export async function unlessCode<Result>(code: string, work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if (codeOf(error) === code) return undefined;
    throw error;
  }
}

/** True for serialization_failure and deadlock_detected: the transaction can be retried. */
export function isTransient(error: unknown): boolean {
  return ["40001", "40P01"].includes(codeOf(error) ?? "");
}

/** Connections refused, reset or unanswered; SQLSTATE 08 (connection), 53 (resources), 55000 (not accepting connections), 57P (shutdown). */
const unavailableCode =
  /^(?:ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOENT|08|53|55000|57P)/;
/** Messages of driver errors without a code. */
const unavailableMessage =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client (?:has encountered a connection error|was closed) and is not queryable)/;

/** True if the database did not respond, rather than report an error. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isUnavailable);
  return (
    unavailableCode.test(codeOf(error) ?? "") || (error instanceof Error && unavailableMessage.test(error.message))
  );
}

/** True if the database rejects the user: classes 28 (authorization), 3D (no such database), 42501 (privilege). */
export function isUnusable(error: unknown): boolean {
  return /^(?:28|3D|42501)/.test(codeOf(error) ?? "");
}

/** True if the driver cannot parse the database URL. */
export function isInvalidUrl(error: unknown): boolean {
  return error instanceof URIError || codeOf(error) === "ERR_INVALID_URL";
}

/** Thrown if the embedded database does not start. */
export class DamagedDatabase extends Error {
  override readonly name = "DamagedDatabase";
}

/** True if the files of an embedded database are damaged: classes 58 (system error) and XX (internal error), or a crash. */
export function isDamaged(error: unknown): boolean {
  if (error instanceof DamagedDatabase || error instanceof WebAssembly.RuntimeError) return true;
  return /^(?:58|XX)/.test(codeOf(error) ?? "");
}
