import { Refusal } from "./errors.ts";
import { isUnavailable } from "./store/database-errors.ts";

/** What a request is refused with that failed. What nobody foresaw goes to the log. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (isUnavailable(error)) {
    const detail = "The PoP's database does not answer. Try again.";
    return new Refusal(503, { detail }, { headers: { "retry-after": "1" }, cause: error });
  }
  // Its stack alone: a database's error holds the statement's parameters beside it.
  console.error(error instanceof Error ? error.stack : error);
  return new Refusal(500, { detail: "The PoP failed to answer. Its log says why." }, { cause: error });
}
