import type { Int64 } from "incountry-storage/protocol";
import type { Kysely } from "kysely";
import type { Scope, Tables } from "./schema.ts";

/** The ids of the scopes. They never change, so each is queried once. */
export class Scopes {
  readonly #database: Kysely<Tables>;
  readonly #known = new Map<string, Int64>();

  constructor(database: Kysely<Tables>) {
    this.#database = database;
  }

  /** Returns the id of a scope; undefined if nothing was ever written to it. */
  async find(scope: Scope): Promise<Int64 | undefined> {
    const name = `${scope.country} ${scope.environment}`;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const row = await this.#database
      .selectFrom("pop_scopes")
      .select("id")
      .where("environment", "=", scope.environment)
      .where("country", "=", scope.country)
      .executeTakeFirst();
    if (row !== undefined) this.#known.set(name, row.id);
    return row?.id;
  }

  /** Returns the id of a scope, and creates the scope if necessary. */
  async findOrCreate(scope: Scope): Promise<Int64> {
    const found = await this.find(scope);
    if (found !== undefined) return found;
    const { environment, country } = scope;
    await this.#database
      .insertInto("pop_scopes")
      .values({ environment, country })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return this.findOrCreate(scope);
  }
}
