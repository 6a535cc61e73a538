import type { Context } from "hono";
import { HttpError } from "../errors.ts";
import { RecordConflict } from "../store/records.ts";
import { parseDate } from "../validation/values.ts";

/** Parses the `if-match` header: the record's `updated_at`, plain or quoted as an entity tag. */
export async function ifMatchOf(context: Context): Promise<Date | null> {
  const header = context.req.header("if-match");
  if (header === undefined) return null;
  const date = parseDate(header.replace(/^"(.*)"$/, "$1"));
  if (date !== undefined) return date;
  const detail = "if-match must be the updated_at of the record, as the PoP returned it.";
  throw new HttpError(400, { detail, source: "if-match" });
}

/** Awaits a conditional write. Throws 412 with an entry for each record whose condition is not met. */
export async function withConflictErrors<Result>(
  sourceOf: (key: string) => string,
  write: Promise<Result>,
): Promise<Result> {
  try {
    return await write;
  } catch (error) {
    if (!(error instanceof RecordConflict)) throw error;
    const problems = error.keys.map((key) => ({
      detail: `The record ${key} has been changed or deleted since it was read. Read it again.`,
      source: sourceOf(key),
    }));
    throw new HttpError(412, problems, { cause: error });
  }
}
