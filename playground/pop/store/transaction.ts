import type { Kysely, Transaction } from "kysely";
import { isTransient } from "./database-errors.ts";
import type { Tables } from "./schema.ts";

const attempts = 5;

/** Runs a transaction, again where PostgreSQL had to sacrifice it to one that ran beside it. */
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
