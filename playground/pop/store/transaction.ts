import type { Kysely, Transaction } from "kysely";
import { isTransient } from "./database-errors.ts";
import type { Tables } from "./schema.ts";

const attempts = 5;

/** Runs a transaction; retries it after a serialization failure or a deadlock. */
export async function transact<Result>(
  database: Kysely<Tables>,
  work: (transaction: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.transaction().execute(work);
    } catch (error) {
      if (attempt === attempts || !isTransient(error)) throw error;
    }
  }
}
