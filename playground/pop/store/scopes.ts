import type { Int64 } from "incountry-storage/protocol";
import type { Kysely } from "kysely";
import type { Scope, Tables } from "./schema.ts";

/** The numbers of the scopes. They never change, so each is looked up once. */
export class Scopes {
  readonly #database: Kysely<Tables>;
  readonly #known = new Map<string, Int64>();

  constructor(database: Kysely<Tables>) {
    this.#database = database;
  }

  /** The number of a scope; none where nothing was ever written to it. */
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

  /** The number of a scope, which gets one where it has none. */
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
