import type { Kysely } from "kysely";
import type { Tables } from "./schema.ts";

/** Returns a random key of 32 bytes, created on first use and stored under a name. */
export async function sharedKey(database: Kysely<Tables>, name: string): Promise<Uint8Array> {
  const fresh = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));
  await database
    .insertInto("pop_settings")
    .values({ name, value: fresh })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { value } = await database
    .selectFrom("pop_settings")
    .select("value")
    .where("name", "=", name)
    .executeTakeFirstOrThrow();
  return Uint8Array.from(atob(value), (character) => character.charCodeAt(0));
}
