import type { Context } from "hono";
import { Refusal } from "../errors.ts";
import { MovedRecords } from "../store/records.ts";
import { parseDate } from "../validation/values.ts";

/** The `updated_at` that the header `if-match` asks for, plain or quoted as an entity tag. */
export async function ifMatchOf(context: Context): Promise<Date | null> {
  const header = context.req.header("if-match");
  if (header === undefined) return null;
  const date = parseDate(header.replace(/^"(.*)"$/, "$1"));
  if (date !== undefined) return date;
  throw new Refusal(400, {
    detail: "if-match must be the record's updated_at, as the PoP sent it.",
    source: "if-match",
  });
}

/** Waits for a write; where records had moved, refuses with 412 and an entry for each of them. */
export async function refusingMoved<Result>(
  sourceOf: (key: string) => string,
  write: Promise<Result>,
): Promise<Result> {
  try {
    return await write;
  } catch (error) {
    if (!(error instanceof MovedRecords)) throw error;
    const problems = error.keys.map((key) => ({
      detail: `The record ${key} has changed since it was read, or is gone. Read it again.`,
      source: sourceOf(key),
    }));
    throw new Refusal(412, problems, { cause: error });
  }
}
